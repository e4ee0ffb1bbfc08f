//! Texts and numbers by name, such as those about the user.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Texts and numbers by name. The agent takes up to 20, with names up to 50 characters and texts up to 2,000.
pub type Members = BTreeMap<String, Scalar>;

/// A text or a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// A number. The agent takes finite ones.
    Number(f64),
    /// A text.
    Text(String),
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Scalar {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// Numbers that an `f64` holds exactly.
macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl From<$number> for Scalar {
            fn from(number: $number) -> Self {
                Self::Number(number.into())
            }
        }
    )*};
}

numbers!(f64, f32, i32, u32, i16, u16, i8, u8);
