use super::*;
use crate::company::value::stored;
use crate::company_sheet;
use policy::Library;
use store::FactId;
use uuid::Uuid;
use workflow::CompanyId;

fn fields() -> &'static Fields {
    &Library::shipped().fields
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A fact that staff stated in 2026-03, of no particular days.
fn fact(number: u128, field: &str, text: &str) -> Fact {
    Fact {
        id: FactId(Uuid::from_u128(number)),
        company: CompanyId(Uuid::nil()),
        field: field.into(),
        from: None,
        to: None,
        value: stored(company_sheet::read(&fields().fields[field], text).unwrap().as_ref()),
        source: "年报".into(),
        stated_on: day("2026-03-01"),
        confidence: Confidence::Stated,
        author: None,
        self_declared: false,
        import: None,
        recorded_at: "2026-03-02T00:00:00Z".parse().unwrap(),
        withdrawn_at: None,
        withdrawn_by: None,
    }
}

/// The number of the fact that counts, with those of its conflicts.
fn counts(facts: &[Fact], field: &str, on: &str) -> Option<(u128, Vec<u128>)> {
    let found = in_force(facts, fields(), day(on)).remove(field)?;
    let number = |fact: &Fact| fact.id.0.as_u128();
    Some((number(&found.fact), found.conflicts.iter().map(number).collect()))
}

#[test]
fn a_figure_counts_from_the_end_of_its_period_until_a_later_one() {
    let year = |number, text, year: i16| Fact {
        from: Some(Date::constant(year, 1, 1)),
        to: Some(Date::constant(year, 12, 31)),
        ..fact(number, "staff_avg_annual", text)
    };
    let facts = [year(1, "20", 2024), year(2, "40", 2025)];
    assert_eq!(counts(&facts, "staff_avg_annual", "2024-12-30"), None);
    assert_eq!(counts(&facts, "staff_avg_annual", "2025-12-30"), Some((1, vec![])));
    assert_eq!(counts(&facts, "staff_avg_annual", "2025-12-31"), Some((2, vec![])));
    assert_eq!(counts(&facts, "staff_avg_annual", "2031-01-01"), Some((2, vec![])));
}

#[test]
fn what_is_no_figure_counts_from_its_first_day_to_its_last() {
    let held =
        Fact { from: Some(day("2023-12-08")), to: Some(day("2026-12-07")), ..fact(1, "hnte_valid", "是") };
    for (on, expected) in [
        ("2023-12-07", None),
        ("2023-12-08", Some((1, vec![]))),
        ("2026-12-07", Some((1, vec![]))),
        ("2026-12-08", None),
    ] {
        assert_eq!(counts(std::slice::from_ref(&held), "hnte_valid", on), expected, "{on}");
    }
}

#[test]
fn the_latest_day_wins_then_staff_then_what_is_surer_then_what_is_newer() {
    let on = "2026-06-01";
    let later = Fact { from: Some(day("2026-05-01")), ..fact(2, "tax_credit_grade", "B") };
    assert_eq!(counts(&[fact(1, "tax_credit_grade", "A"), later], "tax_credit_grade", on), Some((2, vec![])));
    let staff = fact(1, "tax_credit_grade", "A");
    let own = Fact {
        self_declared: true,
        stated_on: day("2026-05-01"),
        confidence: Confidence::Verified,
        ..fact(2, "tax_credit_grade", "B")
    };
    let surer = Fact { confidence: Confidence::Verified, ..fact(3, "tax_credit_grade", "M") };
    let newer = Fact { stated_on: day("2026-05-01"), ..fact(4, "tax_credit_grade", "C") };
    assert_eq!(counts(&[own.clone(), staff.clone()], "tax_credit_grade", on), Some((1, vec![2])));
    assert_eq!(counts(&[surer.clone(), newer.clone()], "tax_credit_grade", on), Some((3, vec![4])));
    assert_eq!(counts(&[staff, newer, own, surer], "tax_credit_grade", on), Some((3, vec![4, 1, 2])));
}

#[test]
fn what_agrees_is_no_conflict_and_what_was_withdrawn_counts_no_more() {
    let same = [fact(1, "tax_credit_grade", "A"), fact(2, "tax_credit_grade", "A")];
    assert_eq!(counts(&same, "tax_credit_grade", "2026-06-01"), Some((2, vec![])));
    let gone = Fact { withdrawn_at: Some("2026-04-01T00:00:00Z".parse().unwrap()), ..same[1].clone() };
    assert_eq!(counts(&[same[0].clone(), gone.clone()], "tax_credit_grade", "2026-06-01"), Some((1, vec![])));
    assert_eq!(counts(&[gone], "tax_credit_grade", "2026-06-01"), None);
}

#[test]
fn a_value_that_its_field_does_not_hold_any_more_does_not_count() {
    let odd = Fact { value: "\"Z\"".into(), ..fact(1, "tax_credit_grade", "A") };
    let strange = Fact { field: "no_such_field".into(), ..fact(2, "tax_credit_grade", "A") };
    assert!(in_force(&[odd, strange], fields(), day("2026-06-01")).is_empty());
}

#[test]
fn whoever_does_not_say_when_they_apply_applies_on_the_day() {
    let on = day("2026-06-01");
    let said = fact(1, APPLIED, "2026-01-01");
    let applied =
        |facts: &[Fact]| fact_file(facts, fields(), on).as_of(Some(on)).get(APPLIED).cloned().unwrap();
    assert_eq!(applied(&[]).value, Some(on.into()));
    assert_eq!(applied(&[]).source.as_deref(), Some(ASSUMED));
    assert_eq!(applied(&[said]).value, Some(day("2026-01-01").into()));
}
