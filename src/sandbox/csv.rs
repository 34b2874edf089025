//! What a CSV body binds: the names of its first row with the values of its second.

/// The pairs of the first record; none where there is just a heading, such as JSON text sent as CSV.
pub fn first_record(text: &str) -> Vec<(String, String)> {
    let mut rows = rows(text).into_iter();
    let (Some(names), Some(values)) = (rows.next(), rows.next()) else { return Vec::new() };
    names.into_iter().zip(values).collect()
}

fn rows(text: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let (mut row, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut letters = text.chars().filter(|letter| *letter != '\r').peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    if !row.is_empty() || !cell.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}
