//! Money.
use condition::Number;
use std::fmt;
use std::iter::Sum;

/// An amount of money: fen, a hundredth of a yuan. It is never negative, and never more than tables hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fen(u64);

impl Fen {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(1);
    /// The most there can be: what a column of 64 bits holds, some ninety thousand million million yuan.
    pub const MOST: Self = Self(i64::MAX.cast_unsigned());

    /// Takes a number of fen; nothing for one that no table holds.
    #[must_use]
    pub const fn new(fen: u64) -> Option<Self> {
        if fen <= Self::MOST.0 { Some(Self(fen)) } else { None }
    }

    /// Takes a number of 元, as [`Gain`](crate::Gain) gives it; nothing for one that is negative, too large or no whole
    /// number of fen.
    #[must_use]
    pub fn of_yuan(yuan: &Number) -> Option<Self> {
        let fen = yuan.times(&Number::from(100))?.to_i64()?;
        u64::try_from(fen).ok().map(Self)
    }

    /// The number of fen.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The lesser of the sum and [`MOST`](Self::MOST).
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        // Two such numbers never overflow.
        let sum = self.0 + other.0;
        if sum <= Self::MOST.0 { Self(sum) } else { Self::MOST }
    }

    /// What is left after `other`; nothing where that is more.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Adds up exactly; a sum of amounts may be more than one amount can be.
    pub fn total(amounts: impl IntoIterator<Item = Self>) -> u128 {
        amounts.into_iter().map(|amount| u128::from(amount.0)).sum()
    }

    /// The lesser of a total and an amount.
    #[must_use]
    pub fn at_most(self, total: u128) -> Self {
        u64::try_from(total).map_or(self, |total| self.min(Self(total)))
    }
}

impl Sum for Fen {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        Self::MOST.at_most(Self::total(amounts))
    }
}

/// In yuan with two places, as banks print it: `1234.05`.
impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yuan_are_a_hundred_fen_and_a_part_of_a_fen_is_none() {
        let yuan = |text: &str| Fen::of_yuan(&Number::parse(text).unwrap());
        assert_eq!(yuan("2000000"), Fen::new(200_000_000));
        assert_eq!(yuan("0.01"), Fen::new(1));
        assert_eq!(yuan("0.015"), None);
        assert_eq!(yuan("-1"), None);
        assert_eq!(yuan("92233720368547758.07"), Some(Fen::MOST));
        assert_eq!(yuan("92233720368547758.08"), None);
        assert_eq!(Fen::new(u64::MAX), None);
    }

    #[test]
    fn it_is_printed_as_banks_do_and_sums_stop_at_the_most() {
        assert_eq!(Fen::new(123_405).unwrap().to_string(), "1234.05");
        assert_eq!(Fen::ZERO.to_string(), "0.00");
        assert_eq!(Fen::MOST.plus(Fen::MOST), Fen::MOST);
        assert_eq!([Fen::MOST, Fen::MOST].into_iter().sum::<Fen>(), Fen::MOST);
        assert_eq!(Fen::total([Fen::MOST, Fen::MOST]), 2 * u128::from(i64::MAX.cast_unsigned()));
    }
}
