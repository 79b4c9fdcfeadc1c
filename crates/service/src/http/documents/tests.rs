use super::*;

const TEXT: &str = "{ greeting }";
/// Computed by `printf '{ greeting }' | sha256sum`.
const ID: &str = "sha256:bc7db27b307b3ea2423be5f9d033565fc5a1b3771e6585f81dbdd255ceb6d760";

fn with_one() -> Documents {
    let mut documents = Documents::default();
    assert_eq!(documents.add(TEXT.into()).unwrap(), ID);
    documents
}

#[test]
fn a_known_document_is_found_by_the_hash_of_its_text_and_by_nothing_else() {
    let documents = with_one();
    assert_eq!(documents.resolve(None, Some(ID)), Ok(TEXT.into()));
    let upper = ID.to_uppercase();
    for other in ["", "sha256:", "greeting", &ID[7..], &ID[..70], &upper] {
        assert_eq!(documents.resolve(None, Some(other)), Err(Refusal::DocumentUnknown), "{other}");
    }
}

#[test]
fn other_documents_are_answered_unless_the_known_ones_stand_alone() {
    let (other, known) = ("{ __typename }".to_owned(), TEXT.to_owned());
    assert_eq!(with_one().resolve(Some(other.clone()), None), Ok(other.clone()));
    let alone = with_one().alone();
    assert_eq!(alone.resolve(Some(other), None), Err(Refusal::DocumentRequired));
    assert_eq!(alone.resolve(Some(known.clone()), None), Ok(known), "its text is as good as its id");
    assert_eq!(alone.resolve(None, Some(ID)), Ok(TEXT.into()));
}

#[test]
fn one_of_text_and_id_is_needed_and_not_both() {
    for (query, id) in [(None, None), (Some(TEXT.to_owned()), Some(ID))] {
        assert!(matches!(with_one().resolve(query, id), Err(Refusal::Malformed(_))));
    }
}

#[test]
fn what_would_never_be_answered_is_not_taken() {
    let deep = format!("{{ a(x: {}{}) }}", "[".repeat(50), "]".repeat(50));
    for bad in ["", "{", "{ a ", "query A { a } query A { a }", &deep] {
        let mut documents = Documents::default();
        assert!(documents.add(bad.to_owned()).is_err(), "{bad}");
        assert!(documents.is_empty());
    }
    assert!(Documents::default().add("query A { a } query B { b }".into()).is_ok());
}
