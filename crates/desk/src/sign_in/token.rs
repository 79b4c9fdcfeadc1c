//! The secrets that stand for somebody. Each names its zone, which is no secret, so that it is looked for there only;
//! what is kept is its hash.
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use workflow::ZoneId;

/// What stands before the zone in tokens of programs, so that scanners of source code find them.
const PROGRAM: &str = "qxe_";
/// The length of a zone's id in hexadecimal.
const ZONE: usize = 32;

/// A token: the zone in hexadecimal, a point, 256 bits.
pub(crate) fn new(zone: ZoneId, secret: &[u8; 32]) -> String {
    format!("{}.{}", zone.0.as_simple(), URL_SAFE_NO_PAD.encode(secret))
}

/// The token of a program: `qxe_`, the zone in hexadecimal, `_`, 256 bits.
pub(crate) fn program(zone: ZoneId, secret: &[u8; 32]) -> String {
    format!("{PROGRAM}{}_{}", zone.0.as_simple(), URL_SAFE_NO_PAD.encode(secret))
}

/// The zone that a token names.
pub(crate) fn zone(token: &str) -> Option<ZoneId> {
    named(token, '.')
}

/// The zone that the token of a program names.
pub(crate) fn zone_of_program(token: &str) -> Option<ZoneId> {
    named(token.strip_prefix(PROGRAM)?, '_')
}

fn named(token: &str, end: char) -> Option<ZoneId> {
    let (zone, rest) = token.split_at_checked(ZONE)?;
    let hexadecimal = zone.bytes().all(|byte| byte.is_ascii_hexdigit());
    (hexadecimal && rest.starts_with(end)).then(|| Uuid::try_parse(zone).ok().map(ZoneId))?
}

/// What is kept of a token. It has 256 random bits, so a fast hash is right.
pub(crate) fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_its_zone() {
        let named = ZoneId(Uuid::from_u128(0x0123_4567_89ab_cdef));
        let token = new(named, &[7; 32]);
        assert_eq!((token.len(), zone(&token)), (32 + 1 + 43, Some(named)));
        let program = program(named, &[7; 32]);
        assert_eq!((program.len(), zone_of_program(&program)), (4 + 32 + 1 + 43, Some(named)));
        assert_eq!((zone(&program), zone_of_program(&token)), (None, None));
        assert_ne!(hash(&token), hash(&new(ZoneId(Uuid::nil()), &[7; 32])));
    }

    #[test]
    fn what_names_no_zone_is_no_token() {
        let (letters, bare) = ("g".repeat(40), format!("{}x", "0".repeat(32)));
        let hyphens = "00000000-0000-0000-0000-00000000.x";
        for text in ["", ".", "x.y", "钱小二钱小二钱小二钱小.x", &letters, &bare, hyphens] {
            assert_eq!((zone(text), zone_of_program(text)), (None, None), "{text}");
        }
    }
}
