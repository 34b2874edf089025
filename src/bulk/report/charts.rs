//! The charts of the report, as SVG in the page: rows over time, and how long rows took. What a chart shows is in a table
//! below it too.

use std::collections::BTreeMap;

use super::super::database::{Database, Error, Slice};
use super::html::{tag, text, time};
use crate::number::grouped;

/// How many bars the time of a run is divided into.
const SLICES: u32 = 60;

/// A chart in units of its own; the page scales it.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 200.0;
/// Room for the numbers at the left and below.
const LEFT: f64 = 56.0;
const BELOW: f64 = 24.0;

/// The upper ends of the classes of times, in milliseconds, and their names, short ones for the chart.
const CLASSES: [(u64, &str, &str); 11] = [
    (5, "under 5 ms", "<5 ms"),
    (10, "5 to 10 ms", "5–10"),
    (20, "10 to 20 ms", "10–20"),
    (50, "20 to 50 ms", "20–50"),
    (100, "50 to 100 ms", "50–100"),
    (200, "100 to 200 ms", "100–200"),
    (500, "200 to 500 ms", "200–500"),
    (1000, "0.5 to 1 s", "0.5–1 s"),
    (2000, "1 to 2 s", "1–2 s"),
    (5000, "2 to 5 s", "2–5 s"),
    (u64::MAX, "5 s and more", "5 s+"),
];

/// Rows a second over the time of the run, with those that did not end well on top.
pub fn rate(database: &Database) -> Result<String, Error> {
    let Some((first, last)) = database.times()? else { return Ok(String::new()) };
    let slices = database.slices(SLICES, (first, last))?;
    #[allow(clippy::cast_precision_loss)]
    let seconds = ((last - first).max(1) as f64 / f64::from(SLICES) / 1000.0).max(0.001);
    #[allow(clippy::cast_precision_loss)]
    let per_second = |rows: u64| rows as f64 / seconds;
    let most = slices.iter().map(|slice| per_second(slice.good + slice.bad)).fold(0.0, f64::max);
    let top = nice(most);
    let width = (WIDTH - LEFT) / f64::from(SLICES);
    let mut bars = String::new();
    for slice in &slices {
        let x = LEFT + f64::from(slice.number) * width;
        let (good, bad) = (height(per_second(slice.good), top), height(per_second(slice.bad), top));
        bars.push_str(&bar("good", x, width, 0.0, good));
        bars.push_str(&bar("bad", x, width, good, bad));
    }
    let (from, to) = (clock(first), clock(last));
    let label = format!(
        "Rows a second from {from} to {to} UTC: at most {}; rows that failed, are unknown or were skipped are in another colour.",
        number(most)
    );
    let axis = format!(
        "<text x=\"{LEFT}\" y=\"{y}\">{from}</text><text x=\"{WIDTH}\" y=\"{y}\" text-anchor=\"end\">{to}</text>",
        y = HEIGHT + BELOW - 6.0
    );
    let table =
        rows(&["From", "Rows", "Of these not done"], slices.iter().map(|slice| of_slice(slice, first, last)));
    Ok(section("Rows a second", &label, &(grid(top) + &bars + &axis), &table))
}

fn of_slice(slice: &Slice, first: i64, last: i64) -> [String; 3] {
    let from = first + (last - first) * i64::from(slice.number) / i64::from(SLICES);
    [time(from), grouped(slice.good + slice.bad), grouped(slice.bad)]
}

/// How many rows took how long, from the first attempt to the end.
pub fn latency(database: &Database) -> Result<String, Error> {
    let times = database.times_taken()?;
    let mut numbers = [0; CLASSES.len()];
    for (took, rows) in &times {
        let class = CLASSES.iter().position(|(end, ..)| took < end);
        numbers[class.unwrap_or(CLASSES.len() - 1)] += rows;
    }
    let all: u64 = numbers.iter().sum();
    if all == 0 {
        return Ok(String::new());
    }
    #[allow(clippy::cast_precision_loss)]
    let most = numbers.iter().copied().max().unwrap_or(0) as f64;
    let top = nice(most);
    #[allow(clippy::cast_precision_loss)]
    let width = (WIDTH - LEFT) / CLASSES.len() as f64;
    let mut bars = String::new();
    for (i, (rows, (_, _, short))) in numbers.iter().zip(CLASSES).enumerate() {
        #[allow(clippy::cast_precision_loss)]
        let (x, rows) = (LEFT + i as f64 * width, *rows as f64);
        bars.push_str(&bar("good", x, width, 0.0, height(rows, top)));
        let middle = x + width / 2.0;
        bars.push_str(&format!(
            "<text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\" class=\"small\">{}</text>",
            HEIGHT + BELOW - 6.0,
            text(short)
        ));
    }
    let times = [50, 95, 99].map(|percent| within(&times, all, percent));
    let names = ["half of the rows took at most", "95 % at most", "99 % at most"];
    let said: Vec<String> =
        names.iter().zip(times).map(|(name, time)| format!("{name} {} ms", grouped(time))).collect();
    let said = said.join(", ");
    let label = format!("How long rows took: {said}.");
    let table = rows(
        &["Time", "Rows"],
        numbers.iter().zip(CLASSES).map(|(rows, (_, name, _))| [name.to_owned(), grouped(*rows)]),
    );
    Ok(section("How long a row took", &label, &(grid(top) + &bars), &table))
}

/// The time within which so many in a hundred of the rows have ended.
fn within(times: &BTreeMap<u64, u64>, rows: u64, percent: u64) -> u64 {
    let mut wanted = (rows * percent).div_ceil(100);
    let found = times.iter().find(|(_, rows)| {
        let is_within = wanted <= **rows;
        wanted = wanted.saturating_sub(**rows);
        is_within
    });
    found.map_or(0, |(took, _)| *took)
}

fn section(title: &str, label: &str, inside: &str, table: &str) -> String {
    let (width, height) = (WIDTH, HEIGHT + BELOW);
    format!(
        "<section>\n{}\n{}\n<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\">{inside}</svg>\n\
         <details><summary>The numbers</summary><div class=\"wide\">{table}</div></details>\n</section>",
        tag("h2", title),
        tag("p", label),
        text(label)
    )
}

fn rows<const N: usize>(head: &[&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let head: String = head.iter().map(|name| format!("<th scope=\"col\">{}</th>", text(name))).collect();
    let rows: String = rows
        .map(|row| {
            let cells: String = row.iter().map(|cell| format!("<td>{}</td>", text(cell))).collect();
            format!("<tr>{cells}</tr>\n")
        })
        .collect();
    format!("<table><thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table>")
}

fn bar(class: &str, x: f64, width: f64, from: f64, height: f64) -> String {
    if height < 0.05 {
        return String::new();
    }
    let y = HEIGHT - from - height;
    format!(
        "<rect class=\"{class}\" x=\"{:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{height:.1}\"/>",
        x + 0.5,
        width - 1.0
    )
}

fn height(value: f64, top: f64) -> f64 {
    (HEIGHT - 10.0) * value / top
}

/// Three lines with their numbers.
fn grid(top: f64) -> String {
    let lines = [0.0, 0.5, 1.0].map(|part| {
        let y = HEIGHT - height(top * part, top);
        format!(
            "<line x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 6.0,
            y + 4.0,
            number(top * part)
        )
    });
    lines.concat()
}

/// The next number that is easily read: 1, 2 or 5 with zeros.
fn nice(most: f64) -> f64 {
    if most <= 0.0 || !most.is_finite() {
        return 1.0;
    }
    let power = 10_f64.powf(most.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0];
    steps.into_iter().map(|step| step * power).find(|step| *step >= most).unwrap_or(10.0 * power)
}

fn number(value: f64) -> String {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    if value >= 10.0 || value.fract() == 0.0 { grouped(value.round() as u64) } else { format!("{value:.1}") }
}

fn clock(milliseconds: i64) -> String {
    time(milliseconds).split(' ').nth(1).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_number_that_is_easily_read() {
        for (most, top) in [(0.0, 1.0), (0.3, 0.5), (1.0, 1.0), (7.0, 10.0), (1_234.0, 2_000.0)] {
            assert!((nice(most) - top).abs() < 1e-9, "{most}: {}", nice(most));
        }
    }

    #[test]
    fn half_of_the_rows_are_as_quick_as_the_middle_one() {
        let of = |times: &[(u64, u64)]| {
            let rows = times.iter().map(|(_, rows)| rows).sum();
            [50, 95, 99].map(|percent| within(&times.iter().copied().collect(), rows, percent))
        };
        assert_eq!(of(&[(7, 1)]), [7, 7, 7]);
        assert_eq!(of(&[(1, 50), (2, 45), (3, 5)]), [1, 2, 3]);
        assert_eq!(of(&[(1, 49), (2, 46), (3, 4), (9, 1)]), [2, 2, 3]);
    }
}
