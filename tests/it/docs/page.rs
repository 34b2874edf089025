//! A page of the manual, taken apart into its prose and its fenced blocks.

/// A piece of a page, as it is written.
pub enum Piece {
    Prose(String),
    Block(Block),
}

/// A fenced block: the language and, behind it, the name of the file that the block is.
pub struct Block {
    pub language: String,
    pub file: Option<String>,
    pub lines: Vec<String>,
}

/// Takes a page apart. Written again by `text`, it is the same.
pub fn pieces(page: &str) -> Vec<Piece> {
    let (mut pieces, mut prose, mut open) = (Vec::new(), String::new(), None::<Block>);
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some(_)) => pieces.extend(open.take().map(Piece::Block)),
            (Some(block), None) => block.lines.push(line.to_owned()),
            (None, Some(info)) => {
                pieces.push(Piece::Prose(std::mem::take(&mut prose)));
                let mut words = info.split(' ');
                let language = words.next().unwrap_or_default().to_owned();
                open = Some(Block { language, file: words.next().map(str::to_owned), lines: Vec::new() });
            }
            (None, None) => prose.extend([line, "\n"]),
        }
    }
    assert!(open.is_none(), "a block has no end");
    pieces.push(Piece::Prose(prose));
    pieces
}

/// The page again.
pub fn text(pieces: &[Piece]) -> String {
    pieces.iter().map(Piece::to_string).collect()
}

impl std::fmt::Display for Piece {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Piece::Prose(prose) => out.write_str(prose),
            Piece::Block(Block { language, file, lines }) => {
                writeln!(
                    out,
                    "```{language}{}",
                    file.iter().map(|file| format!(" {file}")).collect::<String>()
                )?;
                lines.iter().try_for_each(|line| writeln!(out, "{line}"))?;
                writeln!(out, "```")
            }
        }
    }
}

/// What is between backquotes in prose, in one line each.
pub fn code_spans(prose: &str) -> Vec<String> {
    let spans = prose.split('`').skip(1).step_by(2);
    spans.map(|span| span.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}
