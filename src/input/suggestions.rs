//! Values that completion scripts offer, and that parsing does not demand: any other text is taken as well.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command};

/// Takes any text, and offers what the function gives. It is asked for a script alone, so that no start pays for it.
#[derive(Debug, Clone, Copy)]
pub struct Offered<F>(pub F);

impl<F: Fn() -> Vec<String> + Clone + Send + Sync + 'static> TypedValueParser for Offered<F> {
    type Value = String;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let values = (self.0)();
        (!values.is_empty())
            .then(|| Box::new(values.into_iter().map(PossibleValue::new)) as Box<dyn Iterator<Item = _>>)
    }
}
