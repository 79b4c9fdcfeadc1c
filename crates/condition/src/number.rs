//! Exact numbers.

use std::{cmp::Ordering, fmt, str::FromStr};

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Pow, Signed, Zero};
use serde::{Deserialize, Serialize};

/// Holds an exact rational number of any size.
///
/// Printed as a decimal where that is finite (`12.5`), as a fraction where it is not (`1/3`); serialised as that
/// text, because a JSON number would pass through a float in most readers.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Number(BigRational);

/// Says that a text is not a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a number such as 12.50, -3, 1.5e6 or 1/3 of at most {} digits, found `{found}`",
    Number::MOST_DIGITS
)]
pub struct NumberError {
    /// The beginning of the text, at most 40 characters.
    pub found: String,
}

impl Number {
    /// The most digits a number may be written with, the zeros an exponent stands for included.
    pub const MOST_DIGITS: usize = 1_000;

    /// The most bits that arithmetic takes or gives above or below the fraction bar, about 300 digits. What would be
    /// longer is unknown, so that no chain of products or fractions grows without end.
    pub const MOST_BITS: u64 = 1_024;

    /// Reads a decimal (`12.50`), a decimal with an exponent as JSON writes it (`1.5e6`) or a fraction (`1/3`).
    ///
    /// # Errors
    /// [`NumberError`] when the text is none of these, divides by zero or has more than [`Self::MOST_DIGITS`] digits.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let number = match text.split_once('/') {
            Some((above, below)) => fraction(above, below),
            None => decimal(text),
        };
        number.map(Self).ok_or_else(|| NumberError { found: text.chars().take(40).collect() })
    }

    /// Gives the number as a whole number, if it is one and fits.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        if self.0.is_integer() { i64::try_from(self.0.numer()).ok() } else { None }
    }

    /// Gives the fraction in lowest terms as (above, below) with `below > 0`, if both fit.
    #[must_use]
    pub fn to_fraction(&self) -> Option<(i64, i64)> {
        Some((i64::try_from(self.0.numer()).ok()?, i64::try_from(self.0.denom()).ok()?))
    }

    /// Makes the decimal `mantissa / 10^places`.
    #[must_use]
    pub fn from_decimal(mantissa: i64, places: u8) -> Self {
        Self(BigRational::new(BigInt::from(mantissa), ten_to_the(places.into())))
    }

    /// Adds, if the result is no longer than [`Self::MOST_BITS`].
    #[must_use]
    pub fn plus(&self, other: &Self) -> Option<Self> {
        self.combined(other, |left, right| left + right)
    }

    /// Takes away, if the result is no longer than [`Self::MOST_BITS`].
    #[must_use]
    pub fn minus(&self, other: &Self) -> Option<Self> {
        self.combined(other, |left, right| left - right)
    }

    /// Multiplies, if the result is no longer than [`Self::MOST_BITS`].
    #[must_use]
    pub fn times(&self, other: &Self) -> Option<Self> {
        self.combined(other, |left, right| left * right)
    }

    /// Divides, unless by zero, if the result is no longer than [`Self::MOST_BITS`].
    #[must_use]
    pub fn over(&self, other: &Self) -> Option<Self> {
        if other.is_zero() { None } else { self.combined(other, |left, right| left / right) }
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    pub(crate) fn is_negative(&self) -> bool {
        self.0.is_negative()
    }

    pub(crate) fn one() -> Self {
        Self(BigRational::one())
    }

    pub(crate) fn zero() -> Self {
        Self(BigRational::zero())
    }

    fn combined(
        &self,
        other: &Self,
        operation: impl FnOnce(&BigRational, &BigRational) -> BigRational,
    ) -> Option<Self> {
        let result = (self.is_short() && other.is_short()).then(|| Self(operation(&self.0, &other.0)))?;
        result.is_short().then_some(result)
    }

    fn is_short(&self) -> bool {
        self.0.numer().bits() <= Self::MOST_BITS && self.0.denom().bits() <= Self::MOST_BITS
    }

    /// How far another number is from this one, whichever is the greater.
    pub(crate) fn distance(&self, other: &Self) -> Option<Self> {
        let apart = self.minus(other)?;
        Some(if apart.is_negative() { apart.negated() } else { apart })
    }

    /// The greatest whole number that is not greater.
    #[must_use]
    pub fn floor(&self) -> Self {
        Self(self.0.floor())
    }

    /// The least whole number that is not less.
    #[must_use]
    pub fn ceiling(&self) -> Self {
        Self(self.0.ceil())
    }

    /// The nearest number of so many decimal places; of two the one farther from zero, as money is rounded.
    #[must_use]
    pub fn rounded(&self, places: usize) -> Self {
        let shift = ten_to_the(places);
        Self((&self.0 * &shift).round() / shift)
    }

    /// A ten-thousandth of it, or of one if that is more: 元 where it counts 万元.
    pub(crate) fn small_step(&self) -> Self {
        let size = if self.is_negative() { self.negated() } else { self.clone() };
        Self(size.max(Self::one()).0 / BigInt::from(10_000))
    }

    pub(crate) fn times_hundred(&self) -> Self {
        Self(&self.0 * BigInt::from(100))
    }

    pub(crate) fn hundredth(&self) -> Self {
        Self(&self.0 / BigInt::from(100))
    }

    pub(crate) fn negated(&self) -> Self {
        Self(-&self.0)
    }
}

fn fraction(above: &str, below: &str) -> Option<BigRational> {
    if above.len() + below.len() > Number::MOST_DIGITS {
        return None;
    }
    let (negative, above) = sign(above);
    let (above, below) = (whole(above)?, whole(below)?);
    if below.is_zero() {
        return None;
    }
    let size = BigRational::new(above, below);
    Some(if negative { -size } else { size })
}

fn decimal(text: &str) -> Option<BigRational> {
    if text.len() > Number::MOST_DIGITS {
        return None;
    }
    let (text, exponent) = match text.split_once(['e', 'E']) {
        None => (text, 0),
        Some((text, exponent)) => {
            // A second sign is refused: what follows the first must be digits.
            let (negative, size) =
                exponent.strip_prefix('+').map_or_else(|| sign(exponent), |size| (false, size));
            let size = i32::try_from(whole(size)?).ok()?;
            (text, if negative { -size } else { size })
        }
    };
    let zeros = usize::try_from(exponent.unsigned_abs()).ok()?;
    if text.len().saturating_add(zeros) > Number::MOST_DIGITS {
        return None;
    }
    let (negative, text) = sign(text);
    let (before, after) = text.split_once('.').map_or((text, None), |(b, a)| (b, Some(a)));
    let mut size = BigRational::from(whole(before)?);
    if let Some(after) = after {
        size += BigRational::new(whole(after)?, ten_to_the(after.len()));
    }
    if exponent < 0 {
        size /= ten_to_the(zeros);
    } else {
        size *= ten_to_the(zeros);
    }
    Some(if negative { -size } else { size })
}

fn sign(text: &str) -> (bool, &str) {
    text.strip_prefix('-').map_or((false, text), |rest| (true, rest))
}

fn whole(text: &str) -> Option<BigInt> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

fn ten_to_the(zeros: usize) -> BigInt {
    Pow::pow(BigInt::from(10), zeros)
}

impl Ord for Number {
    /// Compares by cross-multiplication: the continued fractions of `num-rational` recurse once per digit.
    fn cmp(&self, other: &Self) -> Ordering {
        if self.0.denom() == other.0.denom() {
            return self.0.numer().cmp(other.0.numer());
        }
        (self.0.numer() * other.0.denom()).cmp(&(other.0.numer() * self.0.denom()))
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(places) = decimal_places(self.0.denom()) else {
            return write!(f, "{}/{}", self.0.numer(), self.0.denom());
        };
        if self.0.is_negative() {
            f.write_str("-")?;
        }
        let digits = (self.0.numer().abs() * ten_to_the(places) / self.0.denom()).to_string();
        let digits = format!("{digits:0>width$}", width = places + 1);
        let (before, after) = digits.split_at(digits.len() - places);
        f.write_str(before)?;
        if places > 0 { write!(f, ".{after}") } else { Ok(()) }
    }
}

/// How many decimal places a fraction over `denominator` in lowest terms needs, if finitely many do.
fn decimal_places(denominator: &BigInt) -> Option<usize> {
    let (rest, twos) = divide_out(denominator.clone(), 2);
    let (rest, fives) = divide_out(rest, 5);
    rest.is_one().then_some(twos.max(fives))
}

fn divide_out(mut number: BigInt, prime: u8) -> (BigInt, usize) {
    let mut times = 0;
    while (&number % prime).is_zero() {
        number /= prime;
        times += 1;
    }
    (number, times)
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self(BigRational::from(BigInt::from(number)))
    }
}

impl FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Number {
    type Error = NumberError;

    fn try_from(text: String) -> Result<Self, NumberError> {
        Self::parse(&text)
    }
}

impl From<Number> for String {
    fn from(number: Number) -> Self {
        number.to_string()
    }
}
