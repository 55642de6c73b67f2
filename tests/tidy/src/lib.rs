//! The rules of this repository that no compiler and no lint checks: each is a function from text to findings.
//!
//! Reading order: [`tree`] (which files there are), [`source`] (rules for one file), [`directions`] (which of our
//! crates may know which), [`migrations`], [`drawing`] (the state drawings against the code). The tests that apply
//! them to the checkout are in `tests/it`. To add a rule: a function here with a unit test that shows it can fail,
//! then one test there. Not for: formatting and code lints, which rustfmt and clippy do.
//! Invariant: a rule takes text and gives findings that name file and line; it never reads the disk itself.

#![warn(missing_docs)]

pub mod directions;
pub mod drawing;
pub mod migrations;
pub mod source;
pub mod tree;
