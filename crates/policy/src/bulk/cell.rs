//! What is known of one company in one column.
use condition::{Known, Number, NumberError, Value};
use jiff::civil::Date;
use std::borrow::Cow;

/// The most decimal places of a cell in a column; 10^18 is the greatest power of ten below 2^63.
pub(super) const MOST_PLACES: u8 = 18;

/// The powers of ten up to [`MOST_PLACES`].
pub(super) const TENS: [i64; MOST_PLACES as usize + 1] = {
    let mut tens = [1; MOST_PLACES as usize + 1];
    let mut at = 1;
    while at < tens.len() {
        tens[at] = tens[at - 1] * 10;
        at += 1;
    }
    tens
};

/// The decimal `mantissa / 10^places`, without needless places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    mantissa: i64,
    places: u8,
}

/// What is known of a field of one company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nobody said.
    Unknown,
    /// It is known that there is none.
    Absent,
    /// A truth.
    Truth(bool),
    /// A number that is a short decimal.
    Decimal(Decimal),
    /// Any other number.
    Number(Number),
    /// A number between two.
    Range(Number, Number),
    /// A day.
    Date(Date),
    /// A text.
    Text(Cow<'a, str>),
    /// A list or a map.
    Parts(Cow<'a, Value>),
}

impl Decimal {
    /// Makes `mantissa / 10^places`; nothing if there are more than 18 places that say something.
    #[must_use]
    pub fn new(mut mantissa: i64, mut places: u8) -> Option<Self> {
        while places > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            places -= 1;
        }
        (places <= MOST_PLACES).then_some(Self { mantissa, places })
    }

    /// The number itself.
    #[must_use]
    pub fn number(self) -> Number {
        Number::from_decimal(self.mantissa, self.places)
    }

    pub(super) fn mantissa(self) -> i64 {
        self.mantissa
    }

    pub(super) fn places(self) -> u8 {
        self.places
    }

    /// So many units of `10^-places`, if they are whole and fit.
    pub(super) fn scaled(self, places: u8) -> Option<i64> {
        let ten = TENS.get(usize::from(places.checked_sub(self.places)?))?;
        self.mantissa.checked_mul(*ten)
    }

    fn of(number: &Number) -> Option<Self> {
        let (above, below) = number.to_fraction()?;
        let places = TENS.iter().position(|ten| ten % below == 0)?;
        let mantissa = above.checked_mul(TENS.get(places)? / below)?;
        Self::new(mantissa, u8::try_from(places).ok()?)
    }

    /// Reads `-12.50` and the like, of so few digits that they fit.
    fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
        let (mut mantissa, mut places, mut seen) = (0_i64, None, false);
        for byte in digits.bytes() {
            match byte {
                b'0'..=b'9' => {
                    mantissa = mantissa.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
                    places = places.map(|places: u8| places.saturating_add(1));
                    seen = true;
                }
                b'.' if seen && places.is_none() => (places, seen) = (Some(0), false),
                _ => return None,
            }
        }
        if !seen {
            return None;
        }
        Self::new(if negative { -mantissa } else { mantissa }, places.unwrap_or(0))
    }
}

impl Cell<'_> {
    /// Reads a number as [`Number::parse`] does.
    ///
    /// # Errors
    /// [`NumberError`] for what is no number.
    pub fn number(text: &str) -> Result<Self, NumberError> {
        if let Some(decimal) = Decimal::parse(text) {
            return Ok(Self::Decimal(decimal));
        }
        let number = Number::parse(text)?;
        Ok(Decimal::of(&number).map_or(Self::Number(number), Self::Decimal))
    }
}

impl<'a> From<Known<'a>> for Cell<'a> {
    fn from(known: Known<'a>) -> Self {
        match known {
            Known::Unknown => Self::Unknown,
            Known::Absent => Self::Absent,
            // Ends the wrong way round tell nothing.
            Known::Range { low, high } if low > high => Self::Unknown,
            Known::Range { low, high } => Self::Range(low, high),
            Known::Value(value) => match value.as_ref() {
                Value::Truth(truth) => Self::Truth(*truth),
                Value::Number(number) => match Decimal::of(number) {
                    Some(decimal) => Self::Decimal(decimal),
                    None => Self::Number(number.clone()),
                },
                Value::Date(date) => Self::Date(*date),
                Value::Text(_) => match value {
                    Cow::Borrowed(Value::Text(text)) => Self::Text(Cow::Borrowed(text)),
                    value => Self::Parts(value),
                },
                Value::List(_) | Value::Map(_) => Self::Parts(value),
                Value::Absent => Self::Unknown,
            },
        }
    }
}
