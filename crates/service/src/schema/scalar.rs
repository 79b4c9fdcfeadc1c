//! Scalars with a specification of their own.
use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

/// An instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTime(pub jiff::Timestamp);

/// An instant as RFC 3339 in UTC with milliseconds, such as `2026-09-01T01:00:00.000Z`.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/date-time.html")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let wanted = "an instant such as \"2026-09-01T09:00:00+08:00\"";
        match &value {
            Value::String(text) => match text.parse() {
                Ok(at) => Ok(Self(at)),
                Err(_) => Err(InputValueError::custom(format!("found {text:?}, expected {wanted}"))),
            },
            _ => Err(InputValueError::custom(format!("expected {wanted}"))),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(format!("{:.3}", self.0))
    }
}

/// A day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date(pub jiff::civil::Date);

/// A day as ISO 8601, such as `2026-09-01`.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/local-date.html")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let wanted = "a day such as \"2026-09-01\"";
        match &value {
            Value::String(text) => match text.parse() {
                Ok(day) => Ok(Self(day)),
                Err(_) => Err(InputValueError::custom(format!("found {text:?}, expected {wanted}"))),
            },
            _ => Err(InputValueError::custom(format!("expected {wanted}"))),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}
