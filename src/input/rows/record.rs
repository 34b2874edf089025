//! The cells of one row, and what a workbook says each of them is.

/// The cells of one row.
#[derive(Clone, Copy)]
pub struct Cells<'a> {
    text: &'a str,
    ends: &'a [usize],
    /// None where all are texts, as in CSV.
    types: &'a [Type],
}

/// What a workbook says that a cell is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Type {
    #[default]
    Text,
    Number,
    Date,
    Bool,
    /// A formula's error, such as #N/A.
    Error,
    /// A formula of which no value is stored.
    NotCalculated,
}

impl Type {
    /// Whether what is shown is no value.
    pub fn is_without_value(self) -> bool {
        match self {
            Type::Error | Type::NotCalculated => true,
            Type::Text | Type::Number | Type::Date | Type::Bool => false,
        }
    }
}

impl<'a> Cells<'a> {
    /// The cells of this text, each of which ends there.
    pub fn new(text: &'a str, ends: &'a [usize]) -> Cells<'a> {
        Cells { text, ends, types: &[] }
    }

    pub fn with_types(self, types: &'a [Type]) -> Cells<'a> {
        Cells { types, ..self }
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The cell of this number, which is empty where the row has none.
    pub fn get(&self, number: usize) -> &'a str {
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(number).and_then(|end| self.text.get(start..*end)).unwrap_or_default()
    }

    pub fn kind(&self, number: usize) -> Type {
        self.types.get(number).copied().unwrap_or_default()
    }

    pub fn iter(&self) -> impl Iterator<Item = &'a str> {
        (0..self.len()).map(|number| self.get(number))
    }
}
