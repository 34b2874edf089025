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

/// Cells of a row that look the same.
struct Span {
    column: u16,
    /// How many columns it takes; a wide letter takes two.
    columns: u16,
    text: String,
    look: Look,
}

/// How cells look.
#[derive(PartialEq)]
struct Look {
    classes: String,
    is_reverse: bool,
}

/// The screen, without the empty rows at its end.
pub fn svg(screen: &vt100::Screen, title: &str) -> String {
    let (_, columns) = screen.size();
    let rows = rows(screen);
    let width = f32::from(columns.get()) * COLUMN + 2.0 * MARGIN;
    let height = rows.len() as f32 * ROW + 2.0 * MARGIN;
    let mut svg = head(width, height, title);
    for (row, spans) in rows.iter().enumerate() {
        for span in spans {
            draw(&mut svg, MARGIN + row as f32 * ROW, span);
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

fn draw(svg: &mut String, y: f32, span: &Span) {
    let (x, width) = (MARGIN + f32::from(span.column) * COLUMN, f32::from(span.columns) * COLUMN);
    // Not every program keeps more than one blank.
    let text = span.text.replace('&', "&amp;").replace('<', "&lt;").replace(' ', "\u{a0}");
    let classes = &span.look.classes;
    let back = if span.look.is_reverse {
        format!("<rect class=\"back\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{ROW:.0}\"/>")
    } else {
        String::new()
    };
    let class = if classes.is_empty() { String::new() } else { format!(" class=\"{classes}\"") };
    let base = y + 13.0;
    writeln!(svg, "{back}<text{class} x=\"{x:.1}\" y=\"{base:.1}\" textLength=\"{width:.1}\">{text}</text>")
        .expect("a string takes text");
}

/// Each row as spans.
fn rows(screen: &vt100::Screen) -> Vec<Vec<Span>> {
    let (height, width) = screen.size();
    let mut cells = Vec::new();
    for row in 0..height.get() {
        let of_row = (0..width.get()).filter_map(|column| Some((column, screen.cell(row, column)?)));
        cells.push(of_row.filter(|(_, cell)| !cell.is_wide_continuation()).collect::<Vec<_>>());
    }
    let written: String = cells.iter().flatten().map(|(_, cell)| contents(cell)).collect();
    let shown = replaced(&written);
    let mut letters = shown.chars();
    let mut rows = Vec::new();
    for row in cells {
        let mut spans: Vec<Span> = Vec::new();
        for (column, cell) in row {
            let text: String = letters.by_ref().take(contents(cell).chars().count()).collect();
            let (columns, look) = (if cell.is_wide() { 2 } else { 1 }, look(cell));
            match spans.last_mut() {
                Some(span) if span.look == look => {
                    span.columns += columns;
                    span.text.push_str(&text);
                }
                Some(_) | None => spans.push(Span { column, columns, text, look }),
            }
        }
        rows.push(spans.into_iter().map(trimmed).filter(|span| !span.text.is_empty()).collect::<Vec<_>>());
    }
    while rows.last().is_some_and(Vec::is_empty) {
        rows.pop();
    }
    rows
}

/// Without the blanks at its ends, which are seen in reverse alone.
fn trimmed(span: Span) -> Span {
    if span.look.is_reverse {
        return span;
    }
    let blanks = |text: &str| u16::try_from(span.text.len() - text.len()).expect("no more than columns");
    let (before, behind) = (blanks(span.text.trim_start()), blanks(span.text.trim_end()));
    Span {
        column: span.column + before,
        columns: span.columns.saturating_sub(before + behind),
        text: span.text.trim().to_owned(),
        look: span.look,
    }
}

fn contents(cell: &vt100::Cell) -> &str {
    if cell.has_contents() { cell.contents() } else { " " }
}

fn look(cell: &vt100::Cell) -> Look {
    let colour = match cell.fgcolor() {
        vt100::Color::Idx(number) => format!("c{}", number % 8),
        vt100::Color::Default | vt100::Color::Rgb(..) => String::new(),
    };
    let classes = [
        colour.as_str(),
        if cell.bold() { "bold" } else { "" },
        if cell.dim() { "dim" } else { "" },
        if cell.inverse() { "turned" } else { "" },
    ];
    let classes: Vec<&str> = classes.into_iter().filter(|class| !class.is_empty()).collect();
    Look { classes: classes.join(" "), is_reverse: cell.inverse() }
}
