//! Enhanced status codes (RFC 3463): what servers say in numbers.
use std::fmt;

/// A code such as `5.1.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Status {
    class: u8,
    subject: u16,
    detail: u16,
}

/// Nobody is at the address: no such mailbox, no such system, no address at all, moved without a trace, or a domain that
/// takes no mail (RFC 7505). Full or blocked mailboxes are not among them.
const GONE: [u16; 5] = [1, 2, 3, 6, 10];

impl Status {
    /// Reads the code that a text begins with.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let code = text.split_whitespace().next()?;
        let mut parts = code.split('.');
        let (class, subject, detail) = (parts.next()?, parts.next()?, parts.next()?);
        let number = |text: &str| match text.len() {
            1..=3 if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
            _ => None,
        };
        let class = number(class).and_then(|class: u16| u8::try_from(class).ok())?;
        let status = Self { class, subject: number(subject)?, detail: number(detail)? };
        (parts.next().is_none() && matches!(class, 2 | 4 | 5)).then_some(status)
    }

    pub(crate) fn is_permanent(self) -> bool {
        self.class == 5
    }

    /// Whether nobody is at the address, for good.
    pub(crate) fn is_gone(self) -> bool {
        self.is_permanent() && self.subject == 1 && GONE.contains(&self.detail)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_three_numbers_of_a_known_class() {
        let shown = |text: &str| Status::parse(text).map(|status| status.to_string());
        assert_eq!(shown("5.1.1 <x@y>: nobody"), Some("5.1.1".into()));
        assert_eq!(shown(" 2.0.0"), Some("2.0.0".into()));
        for text in
            ["", "5", "5.1", "5.1.1.1", "3.1.1", "5.1.x", "5..1", "5.1.1111", "+5.1.1", "<5.1.1>", "5.-1.1"]
        {
            assert_eq!(shown(text), None, "{text}");
        }
    }

    #[test]
    fn only_an_address_without_anybody_is_gone() {
        let gone = |text| Status::parse(text).unwrap().is_gone();
        assert!(["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"].into_iter().all(gone));
        assert!(!["4.1.1", "5.2.1", "5.2.2", "5.7.1", "5.1.8", "5.0.0"].into_iter().any(gone));
    }
}
