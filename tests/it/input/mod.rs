//! The inputs and the rules through the real binary.

mod agreement;
mod files;
mod rules;
mod ways_in;
