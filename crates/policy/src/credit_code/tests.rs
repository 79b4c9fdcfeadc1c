use super::*;

/// Codes in use, recomputed by hand; after each the organisation code within it.
const VALID: [(&str, &str); 17] = [
    ("9152000071430580XT", "71430580X"),
    ("91330000733796106P", "733796106"),
    ("91330100799655058B", "799655058"),
    ("91440300192317458F", "192317458"),
    ("91440400192548256N", "192548256"),
    ("91440606722473344C", "722473344"),
    ("91350900587527783P", "587527783"),
    ("9144030010001686XA", "10001686X"),
    ("91100000100003962T", "100003962"),
    ("91440300192181490G", "192181490"),
    ("91330000727215176K", "727215176"),
    ("913300002539329145", "253932914"),
    ("91330000142944445H", "142944445"),
    ("9144030027939873X7", "27939873X"),
    ("91110000710925462X", "710925462"),
    ("91110000710926094P", "710926094"),
    ("914403007084678371", "708467837"),
];

/// A code with a character changed, swapped or in another region.
const MISTYPED: [&str; 4] = [
    "91330000733796106Q", // check character changed
    "91330000733796160P", // two digits swapped (06 -> 60)
    "91330000773396106P", // two digits swapped (73 37 -> 77 33)
    "91330100733796106P", // region digit changed
];

#[test]
fn codes_in_use_are_beyond_doubt() {
    for (text, organisation) in VALID {
        let code = CreditCode::parse(text).unwrap();
        assert_eq!((code.as_str(), code.organisation_code()), (text, organisation));
        assert_eq!(code.doubts(), [], "{text}");
    }
}

#[test]
fn a_mistyped_code_is_doubtful_and_says_what_would_fit() {
    for text in MISTYPED {
        let doubts = CreditCode::parse(text).unwrap().doubts();
        let Some(CreditCodeDoubt::Check { expected }) = doubts.first() else { panic!("{text}: {doubts:?}") };
        let mended = format!("{}{expected}", &text[..17]);
        let left = CreditCode::parse(&mended).unwrap().doubts();
        assert!(
            !left.iter().any(|doubt| matches!(doubt, CreditCodeDoubt::Check { .. })),
            "{mended}: {left:?}"
        );
    }
}

#[test]
fn the_organisation_code_is_checked_by_its_own_standard() {
    let doubts = CreditCode::parse("913301101234567807").unwrap().doubts();
    assert!(matches!(doubts[..], [CreditCodeDoubt::OrganisationCheck { .. }]), "{doubts:?}");
}

#[test]
fn what_no_code_can_be_is_refused_with_its_place() {
    use CreditCodeError::{Alphabet, Length};
    let refused = |text| CreditCode::parse(text).unwrap_err();
    assert_eq!(refused("9133000073379610P"), Length { found: 17 });
    assert_eq!(refused(""), Length { found: 0 });
    assert_eq!(refused("913300007337961O6P"), Alphabet { found: 'O', place: 16 });
    assert_eq!(refused("91330000733796106I"), Alphabet { found: 'I', place: 18 });
    assert_eq!(refused("9152000071430580XS"), Alphabet { found: 'S', place: 18 });
    assert_eq!(refused("915200007143O580XT"), Alphabet { found: 'O', place: 13 });
    assert_eq!(refused("９1330000733796106P"), Alphabet { found: '９', place: 1 });
    assert_eq!(refused("913300007337961杭6P"), Alphabet { found: '杭', place: 16 });
}

#[test]
fn small_letters_and_spaces_around_it_do_not_matter() {
    assert_eq!(CreditCode::parse(" 91330000733796106p\n").unwrap().to_string(), "91330000733796106P");
}
