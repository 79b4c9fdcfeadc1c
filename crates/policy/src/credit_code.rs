//! The unified social credit code of an organisation (GB 32100-2015).
//!
//! Eighteen characters: one for the authority that registered it, one for the kind of organisation, six for the
//! region (GB/T 2260), nine for the organisation code (GB 11714), one to check the others. The letters I, O, S, V and Z
//! do not occur, because they look like digits or each other.

#[cfg(test)]
mod tests;

use std::{fmt, sync::Arc};

/// The characters of a code, each at its value.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const LENGTH: usize = 18;
/// GB 11714: the weights of the eight characters that its last one checks.
const ORGANISATION_WEIGHTS: [usize; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// Holds a credit code as registered: 18 characters of the standard's alphabet, letters in upper case.
///
/// Its check characters may still be wrong: see [`CreditCode::doubts`]. Codes with a wrong one are in use, so they are
/// pointed out rather than refused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreditCode(Arc<str>);

/// Says why a text is no credit code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CreditCodeError {
    /// It is shorter or longer.
    #[error("expected a credit code of {LENGTH} characters, found {found}")]
    Length {
        /// How many characters it has.
        found: usize,
    },
    /// It has a character that no code has.
    #[error("expected digits and capital letters without I, O, S, V and Z, found `{found}` at place {place}")]
    Alphabet {
        /// The character.
        found: char,
        /// Which character of the code it is, counted from 1.
        place: usize,
    },
}

/// Says what makes a credit code doubtful: probably a character was mistyped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreditCodeDoubt {
    /// The last character does not check the others (GB 32100).
    Check {
        /// The character that would.
        expected: char,
    },
    /// The seventeenth character does not check the organisation code before it (GB 11714).
    OrganisationCheck {
        /// The character that would.
        expected: char,
    },
}

impl CreditCode {
    /// Reads a code as people write it: spaces around it and small letters do not matter.
    ///
    /// # Errors
    /// [`CreditCodeError`] when it has another length or a character that no code has.
    pub fn parse(text: &str) -> Result<Self, CreditCodeError> {
        let code = text.trim().to_ascii_uppercase();
        let found = code.chars().count();
        if found != LENGTH {
            return Err(CreditCodeError::Length { found });
        }
        match code.chars().enumerate().find(|(_, letter)| !ALPHABET.contains(*letter)) {
            Some((index, found)) => Err(CreditCodeError::Alphabet { found, place: index + 1 }),
            None => Ok(Self(code.into())),
        }
    }

    /// Gives the code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Gives the organisation code within it, without a hyphen.
    #[must_use]
    pub fn organisation_code(&self) -> &str {
        self.0.get(8..17).unwrap_or_default()
    }

    /// Says which of its check characters are wrong; none, if it is as it should be.
    #[must_use]
    pub fn doubts(&self) -> Vec<CreditCodeDoubt> {
        let mut doubts = Vec::new();
        let expected = self.check();
        if !self.0.ends_with(expected) {
            doubts.push(CreditCodeDoubt::Check { expected });
        }
        let expected = self.organisation_check();
        if !self.organisation_code().ends_with(expected) {
            doubts.push(CreditCodeDoubt::OrganisationCheck { expected });
        }
        doubts
    }

    /// GB 32100: weights are the powers of 3 modulo 31.
    fn check(&self) -> char {
        let value = |letter| ALPHABET.find(letter).unwrap_or_default();
        let weigh = |(sum, weight): (usize, usize), letter| (sum + value(letter) * weight, weight * 3 % 31);
        let (sum, _) = self.0.chars().take(LENGTH - 1).fold((0, 1), weigh);
        ALPHABET.chars().nth((31 - sum % 31) % 31).unwrap_or_default()
    }

    /// GB 11714: ten is written X, eleven 0.
    fn organisation_check(&self) -> char {
        let value = |letter: char| letter.to_digit(36).and_then(|value| usize::try_from(value).ok());
        let weighed = self.organisation_code().chars().zip(ORGANISATION_WEIGHTS);
        let sum: usize = weighed.map(|(letter, weight)| value(letter).unwrap_or_default() * weight).sum();
        match 11 - sum % 11 {
            10 => 'X',
            11 => '0',
            digit => {
                u32::try_from(digit).ok().and_then(|digit| char::from_digit(digit, 10)).unwrap_or_default()
            }
        }
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl CreditCodeError {
    /// Says the same in Chinese.
    #[must_use]
    pub fn in_chinese(&self) -> String {
        match self {
            Self::Length { found } => format!("统一社会信用代码应为 {LENGTH} 位，现为 {found} 位"),
            Self::Alphabet { found, place } => {
                format!("第 {place} 位是“{found}”，代码只含数字和大写字母，不含 I、O、S、V、Z")
            }
        }
    }
}

impl CreditCodeDoubt {
    /// Says the same in Chinese.
    #[must_use]
    pub fn in_chinese(&self) -> String {
        match self {
            Self::Check { expected } => format!("校验码不符，按前 17 位应为“{expected}”，请核对"),
            Self::OrganisationCheck { expected } => {
                format!("主体标识码（第 9 至 17 位）的校验码不符，应为“{expected}”，请核对")
            }
        }
    }
}

impl fmt::Display for CreditCodeDoubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Check { expected } => {
                write!(f, "the check character does not fit the 17 before it, which ask for `{expected}`")
            }
            Self::OrganisationCheck { expected } => {
                write!(
                    f,
                    "character 17 does not fit the organisation code before it, which asks for `{expected}`"
                )
            }
        }
    }
}
