//! A terminal's screen as an SVG that is right on a light page and on a dark one.

use std::fmt::Write;

use crate::docs::replaced;

/// The size of a cell, in pixels.
const COLUMN: f32 = 8.4;
const ROW: f32 = 18.0;
/// Around the screen, in pixels.
const MARGIN: f32 = 12.0;

/// The colours of a terminal by number: on a light page, on a dark one.
const PALETTE: [(&str, &str); 8] = [
    ("#1f2328", "#6e7681"),
    ("#cf222e", "#ff7b72"),
    ("#1a7f37", "#3fb950"),
    ("#9a6700", "#d29922"),
    ("#0969da", "#58a6ff"),
    ("#8250df", "#bc8cff"),
    ("#1b7c83", "#39c5cf"),
    ("#59636e", "#b1bac4"),
];

/// How a run of cells looks: the classes of its text, and whether it is drawn in reverse.
type Look = (String, bool);

/// The screen, without the empty rows at its end.
pub fn svg(screen: &vt100::Screen, title: &str) -> String {
    let (_, columns) = screen.size();
    let rows = rows(screen);
    let width = f32::from(columns.get()) * COLUMN + 2.0 * MARGIN;
    let height = rows.len() as f32 * ROW + 2.0 * MARGIN;
    let mut svg = head(width, height, title);
    for (row, runs) in rows.iter().enumerate() {
        let base = MARGIN + row as f32 * ROW;
        for (column, cells, text, look) in runs {
            draw(
                &mut svg,
                (MARGIN + f32::from(*column) * COLUMN, base),
                f32::from(*cells) * COLUMN,
                text,
                look,
            );
        }
    }
    svg + "</svg>\n"
}

fn head(width: f32, height: f32, title: &str) -> String {
    let colours = |is_dark: bool| {
        let colour = |(number, (light, dark)): (usize, &(&str, &str))| {
            format!(".c{number}{{fill:{}}}", if is_dark { dark } else { light })
        };
        PALETTE.iter().enumerate().map(colour).collect::<String>()
    };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {width:.1} {height:.1}\" \
         width=\"{width:.1}\" height=\"{height:.1}\">\n<title>{title}</title>\n<style>\n\
         text{{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#1f2328;white-space:pre}}\n\
         .page{{fill:#f6f8fa;stroke:#d1d9e0}}.back{{fill:#1f2328}}.bold{{font-weight:bold}}.dim{{opacity:.65}}\n\
         {}\n.turned{{fill:#f6f8fa}}\n@media(prefers-color-scheme:dark){{\n\
         text{{fill:#e6edf3}}.page{{fill:#0d1117;stroke:#3d444d}}.back{{fill:#e6edf3}}\n{}\n.turned{{fill:#0d1117}}\n}}\n\
         </style>\n<rect class=\"page\" x=\".5\" y=\".5\" width=\"{:.1}\" height=\"{:.1}\" rx=\"6\"/>\n",
        colours(false),
        colours(true),
        width - 1.0,
        height - 1.0,
    )
}

fn draw(svg: &mut String, (x, y): (f32, f32), width: f32, text: &str, (classes, is_reverse): &Look) {
    // Not every program keeps more than one blank.
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace(' ', "\u{a0}");
    let written = if *is_reverse {
        let class = format!("turned {classes}");
        write!(
            svg,
            "<rect class=\"back\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{ROW:.0}\"/>"
        )
        .and_then(|()| write!(svg, "<text class=\"{}\"", class.trim_end()))
    } else if classes.is_empty() {
        write!(svg, "<text")
    } else {
        write!(svg, "<text class=\"{classes}\"")
    };
    written
        .and_then(|()| {
            let base = y + 13.0;
            writeln!(svg, " x=\"{x:.1}\" y=\"{base:.1}\" textLength=\"{width:.1}\">{escaped}</text>")
        })
        .expect("a string takes text");
}

/// Each row as runs of cells that look the same: the first column, the number of columns, text, look.
fn rows(screen: &vt100::Screen) -> Vec<Vec<(u16, u16, String, Look)>> {
    let (height, width) = screen.size();
    let mut cells = Vec::new();
    for row in 0..height.get() {
        let of_row = (0..width.get()).filter_map(|column| Some((column, screen.cell(row, column)?)));
        cells.push(of_row.filter(|(_, cell)| !cell.is_wide_continuation()).collect::<Vec<_>>());
    }
    let written: String = cells.iter().flatten().map(|(_, cell)| contents(cell)).collect();
    let shown = replaced(&written);
    let mut letters = shown.chars();
    let rows = cells.iter().map(|row| {
        let mut runs: Vec<(u16, u16, String, Look)> = Vec::new();
        for (column, cell) in row {
            let text: String = letters.by_ref().take(contents(cell).chars().count()).collect();
            let (columns, look) = (if cell.is_wide() { 2 } else { 1 }, look(cell));
            match runs.last_mut() {
                Some((_, length, run, same)) if *same == look => {
                    *length += columns;
                    run.push_str(&text);
                }
                Some(_) | None => runs.push((*column, columns, text, look)),
            }
        }
        // Blanks at a run's ends are seen in reverse alone.
        for (column, length, text, (_, is_reverse)) in &mut runs {
            if !*is_reverse {
                let blanks = |blanks: usize| u16::try_from(blanks).expect("no more than columns");
                let before = text.len() - text.trim_start().len();
                let behind = text.len() - text.trim_end().len();
                *column += blanks(before);
                *length = length.saturating_sub(blanks(before) + blanks(behind));
                *text = text.trim().to_owned();
            }
        }
        runs.retain(|(_, _, text, _)| !text.is_empty());
        runs
    });
    let mut rows: Vec<_> = rows.collect();
    while rows.last().is_some_and(Vec::is_empty) {
        rows.pop();
    }
    rows
}

fn contents(cell: &vt100::Cell) -> &str {
    if cell.has_contents() { cell.contents() } else { " " }
}

fn look(cell: &vt100::Cell) -> Look {
    let colour = match cell.fgcolor() {
        vt100::Color::Idx(number) => format!("c{}", number % 8),
        vt100::Color::Default | vt100::Color::Rgb(..) => String::new(),
    };
    let words = [colour.as_str(), if cell.bold() { "bold" } else { "" }, if cell.dim() { "dim" } else { "" }];
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    (words.join(" "), cell.inverse())
}
