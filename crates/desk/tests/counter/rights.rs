//! The file of rights, and what is said when it is wrong.
use desk::{Access, ApiScope, Rights, RightsError};

const GOOD: &str = r#"
[scope]
zone = ["clerk"]
[set]
named = ["company", "staff", "clerk"]
everyone = ["company", "staff"]
staff = ["staff"]
[introspection]
read = "staff"
[Case]
"*" = "everyone"
mails = "staff"
[Query]
me = "everyone"
people = ["clerk"]
"#;

fn held(roles: &[&str]) -> Vec<String> {
    roles.iter().map(|role| (*role).to_owned()).collect()
}

#[test]
fn a_row_of_its_own_comes_before_the_rest_of_its_type() {
    let rights = Rights::parse(GOOD).unwrap();
    let (company, clerk) = (held(&["company"]), held(&["clerk", "staff"]));
    assert!(rights.may(&company, "Case", "title") && !rights.may(&company, "Case", "mails"));
    assert!(rights.may(&clerk, "Case", "mails") && rights.may(&clerk, "Query", "people"));
    assert!(!rights.may(&held(&["handler", "staff"]), "Query", "people"));
    assert!(rights.may(&held(&["handler", "staff"]), "Case", "mails"));
    assert!(!rights.may(&clerk, "Query", "nothing") && rights.of("Query", "nothing").is_none());
    assert!(!rights.may(&[], "Query", "me") && !rights.may(&held(&["visitor"]), "Query", "me"));
    assert!(rights.may_introspect(&clerk) && !rights.may_introspect(&company));
    let rows: Vec<_> = rights.rows().collect();
    assert_eq!(rows, [("Case", "*"), ("Case", "mails"), ("Query", "me"), ("Query", "people")]);
}

#[test]
fn some_roles_see_the_whole_zone() {
    let rights = Rights::parse(GOOD).unwrap();
    assert!(rights.sees_zone(&held(&["handler", "clerk"])));
    assert!(!rights.sees_zone(&held(&["company", "handler"])) && !rights.sees_zone(&[]));
}

#[test]
fn what_is_wrong_is_named_by_its_place() {
    let unknown = |place: &str| Err(RightsError::UnknownSet(place.into()));
    for (from, to, place) in [
        ("read = \"staff\"", "read = \"stuff\"", "introspection.read"),
        ("me = \"everyone\"", "me = \"everybody\"", "Query.me"),
        ("people = [\"clerk\"]", "people = [\"clark\"]", "Query.people"),
        ("people = [\"clerk\"]", "people = []", "Query.people"),
        ("people = [\"clerk\"]", "people = 1", "Query.people"),
        ("zone = [\"clerk\"]", "zone = [\"visitor\"]", "scope.zone"),
        ("staff = [\"staff\"]", "staff = [1]", "staff"),
        ("[scope]", "Case2 = 1\n[scope]", "Case2"),
    ] {
        let text = GOOD.replacen(from, to, 1);
        assert_ne!(text, GOOD, "{from}");
        assert_eq!(Rights::parse(&text).map(|_| ()), unknown(place), "{to}");
    }
    assert!(matches!(Rights::parse("[scope"), Err(RightsError::NotToml(_))));
}

#[test]
fn every_change_says_what_a_program_needs_for_it() {
    let file: toml::Table = include_str!("../../rights.toml").parse().unwrap();
    let fields = |value: &toml::Value| {
        value.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let listed: Vec<_> = file["programs"].as_table().unwrap().values().flat_map(fields).collect();
    let mut changes: Vec<_> = file["Mutation"].as_table().unwrap().keys().cloned().collect();
    let mut once = listed;
    once.sort();
    changes.sort();
    assert_eq!(once, changes, "each under one scope of [programs], or under `never`");
}

#[test]
fn what_somebody_asks_by_narrows_what_they_may() {
    let rights = Rights::shipped().unwrap();
    let program = |scopes: &[ApiScope]| Access::Program(scopes.iter().copied().collect());
    let goes = |access: &Access, parent, field| rights.goes_with(access, parent, field);
    let (reads, asks) = (program(&[ApiScope::Read]), program(&[ApiScope::Ask]));
    assert!(goes(&reads, "Query", "cases") && !goes(&reads, "Mutation", "caseOpen"));
    assert!(goes(&asks, "Mutation", "caseOpen") && !goes(&asks, "Query", "cases"));
    assert!(!goes(&asks, "Subscription", "caseChanged") && !goes(&asks, "Mutation", "caseAct"));
    let every = program(&ApiScope::ALL);
    for never in ["sessionsEnd", "apiTokenCreate", "accountRescue", "no such field"] {
        assert!(!goes(&every, "Mutation", never), "{never}");
    }
    for (parent, field) in rights.rows().filter(|row| *row != ("Query", "me")) {
        assert!(!goes(&Access::Enrolment, parent, field), "{parent}.{field}");
    }
    assert!(goes(&Access::Enrolment, "Me", "login") && !goes(&Access::Enrolment, "Me", "person"));
}

#[test]
fn the_shipped_file_reads_and_lets_nobody_in_without_a_role() {
    let rights = Rights::shipped().unwrap();
    assert_eq!(rights.rows().filter(|(parent, field)| rights.may(&[], parent, field)).count(), 0);
}
