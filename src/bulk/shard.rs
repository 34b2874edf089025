//! A part of a table: which customers a process takes, so that several machines send one table without talking to each
//! other.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::environment::Variable;

/// Part `number` of `of`, from 1. A customer is in exactly one part, whatever its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Shard {
    number: u32,
    of: u32,
}

/// The most parts that a table is divided into.
const MOST: u32 = 10_000;

/// What is written for the number that the environment gives.
const AUTO: &str = "auto";

impl Shard {
    /// Whether the customer is in this part. A row without a customer is in the first one, which says what is wrong with it.
    pub fn has(self, customer: Option<u32>) -> bool {
        customer.map_or(0, |customer| part(customer, self.of)) == self.number - 1
    }

    /// The rate of one part, where this is the rate of all.
    pub fn rate(self, of_all: f64) -> f64 {
        of_all / f64::from(self.of)
    }

    /// What follows the run's name in the name of this part: `2-of-8`.
    pub fn suffix(self) -> String {
        format!("{}-of-{}", self.number, self.of)
    }
}

/// The part of a customer, from 0. It is the same in every booster: multiplying by the golden ratio spreads ids that have a
/// pattern.
fn part(customer: u32, of: u32) -> u32 {
    let spread = u64::from(customer).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    u32::try_from((spread * u64::from(of)) >> 32).unwrap_or(0)
}

impl fmt::Display for Shard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.number, self.of)
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> String {
        shard.to_string()
    }
}

impl TryFrom<String> for Shard {
    type Error = String;

    fn try_from(text: String) -> Result<Shard, String> {
        text.parse()
    }
}

/// Whether a row of this customer is one of ours, where the table may be divided.
pub fn is_own(shard: Option<Shard>, customer: Option<u32>) -> bool {
    shard.is_none_or(|shard| shard.has(customer))
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let wrong = || "write it as 2/8 for the second of eight parts, or auto/8".to_owned();
        let (number, of) = text.split_once('/').ok_or_else(wrong)?;
        let of: u32 = of.parse().ok().filter(|of| (1..=MOST).contains(of)).ok_or_else(wrong)?;
        let number = if number == AUTO { of_environment()? } else { number.parse().map_err(|_| wrong())? };
        if (1..=of).contains(&number) {
            Ok(Shard { number, of })
        } else {
            Err(format!("there is no part {number} of {of}: parts are numbered from 1"))
        }
    }
}

/// The number that Kubernetes or Slurm gives to this process, from 1.
fn of_environment() -> Result<u32, String> {
    let (index, from) = match (Variable::JobCompletionIndex.get(), Variable::SlurmArrayTaskId.get()) {
        (Some(index), _) => (index, 1),
        (None, Some(task)) => (task, 0),
        (None, None) => {
            return Err(format!(
                "auto needs {} (Kubernetes) or {} (Slurm), and neither is set",
                Variable::JobCompletionIndex.name(),
                Variable::SlurmArrayTaskId.name()
            ));
        }
    };
    let number: Option<u32> = index.parse().ok();
    number.map(|number| number + from).ok_or_else(|| format!("{index:?} is not the number of a part"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_customer_is_in_one_part_and_the_parts_are_about_as_large() {
        for of in [1, 2, 3, 8] {
            let mut sizes = vec![0; of as usize];
            // Ids with a pattern: every tenth one.
            for customer in (10..100_000).step_by(10) {
                let parts = (1..=of).filter(|number| Shard { number: *number, of }.has(Some(customer)));
                assert_eq!(parts.count(), 1, "{customer}");
                sizes[part(customer, of) as usize] += 1;
            }
            let (least, most) = (sizes.iter().min(), sizes.iter().max());
            assert!(most.zip(least).is_some_and(|(most, least)| most - least < 400), "{sizes:?}");
        }
    }

    #[test]
    fn a_row_without_a_customer_is_in_the_first_part() {
        assert!(Shard { number: 1, of: 3 }.has(None));
        assert!(!Shard { number: 2, of: 3 }.has(None));
    }

    #[test]
    fn the_part_of_a_customer_never_changes() {
        assert_eq!([1, 2, 3, 123, 2_147_483_647].map(|customer| part(customer, 8)), [4, 1, 6, 0, 1]);
    }

    #[test]
    fn a_part_is_written_as_a_fraction() {
        assert_eq!("2/8".parse(), Ok(Shard { number: 2, of: 8 }));
        for wrong in ["", "2", "0/8", "9/8", "2/0", "x/8", "2/x", "-1/8", "1/10001"] {
            wrong.parse::<Shard>().expect_err(wrong);
        }
    }
}
