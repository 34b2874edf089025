//! The inputs and the rules through the real binary.

mod agreement;
mod customer_id;
mod files;
mod line_ends;
mod rules;
mod ways_in;
