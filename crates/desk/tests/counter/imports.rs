//! Companies that come in a sheet.
use crate::house::House;
use desk::{
    CompanyChange, CompanyFilter, FactImportId, FitFilter, FitOrder, FitPlace, FitsOf, ImportSummary,
    ImportView, Refused, SheetFormat, Take, Unuploaded,
};
use workflow::{CompanyId, Language};

const SHEET: &str = "统一社会信用代码,企业名称,主体类型,上年在职职工年平均人数\n\
    91330110ABCDEFGH5H,丙公司,公司,30\n,甲公司,公司,31\n";

/// Brings a sheet; answers its import.
async fn bring(house: &House, sheet: &str) -> FactImportId {
    let awaited = house.desk().import_request(&house.clerk, "a.csv").await.unwrap().unwrap();
    house.desk().import_upload(&awaited.token, sheet.as_bytes()).await.unwrap().unwrap();
    awaited.import.id
}

async fn look(house: &House, id: FactImportId) -> ImportView {
    house.desk().import_find(&house.clerk, id).await.unwrap().unwrap()
}

async fn apply(house: &House, sheet: &str) -> ImportSummary {
    let id = bring(house, sheet).await;
    house.desk().import_apply(&house.clerk, id, false).await.unwrap().unwrap().summary.unwrap()
}

/// How many facts count of all companies.
async fn facts(house: &House) -> usize {
    let desk = house.desk();
    let all = CompanyFilter::default();
    let page = desk.company_page(&house.clerk, &all, Take::First(100), (None, None)).await;
    let ids: Vec<CompanyId> = page.unwrap().items.iter().map(|company| company.id).collect();
    let found = desk.facts_in_force(&house.clerk, &ids, desk.today()).await.unwrap();
    found.values().map(Vec::len).sum()
}

/// Whether the first company and the new one fit the exemption up to 30.
async fn verdicts(house: &House) -> Vec<&'static str> {
    let place = FitPlace { order: FitOrder::Money, take: Take::First(100), after: None, before: None };
    let policies = ["cn-cbj-exempt-2023".to_owned()];
    let of = FitsOf::Policies(&policies);
    let pages = house.desk().fit_pages(&house.clerk, of, &FitFilter::default(), &place).await.unwrap();
    let mut found: Vec<_> =
        pages.into_values().flat_map(|page| page.items).map(|fit| fit.verdict.key()).collect();
    found.sort_unstable();
    found
}

#[tokio::test]
async fn a_sheet_is_looked_at_imported_once_and_undone() {
    let house = House::build().await;
    let id = bring(&house, SHEET).await;
    let expected = ImportSummary { rows: 2, new_companies: 1, new_facts: 4, ..ImportSummary::default() };
    let seen = look(&house, id).await;
    assert_eq!((seen.summary, seen.findings.len(), seen.doubts.len()), (Some(expected), 0, 0));
    assert_eq!(facts(&house).await, 0, "who looks changes nothing");
    let done = house.desk().import_apply(&house.clerk, id, false).await.unwrap().unwrap();
    assert_eq!(done.summary, Some(expected));
    assert_eq!(facts(&house).await, 4);
    assert_eq!(verdicts(&house).await, ["eligible", "ineligible"]);
    let again = house.desk().import_apply(&house.clerk, id, false).await.unwrap();
    assert_eq!(again.unwrap_err(), Refused::NoSuchImport);
    let unchanged = ImportSummary { rows: 2, unchanged_facts: 4, ..ImportSummary::default() };
    assert_eq!(apply(&house, SHEET).await, unchanged, "the same sheet once more changes nothing");
    assert_eq!(facts(&house).await, 4);
    let undone = house.desk().import_undo(&house.clerk, id).await.unwrap().unwrap();
    assert!(undone.import.undone_at.is_some());
    assert_eq!(facts(&house).await, 0);
    assert_eq!(verdicts(&house).await, ["unknown"], "who came by the sheet is gone with it");
    assert!(house.desk().import_undo(&house.clerk, id).await.unwrap().is_ok());
}

#[tokio::test]
async fn who_was_added_by_an_import_goes_with_it_unless_something_else_hangs_on_them() {
    let house = House::build().await;
    let desk = house.desk();
    let sheet = "统一社会信用代码,企业名称,主体类型\n91330110ABCDEFGH5H,丙公司,公司\n\
        913301101234567880,丁公司,公司\n,甲公司,公司\n";
    let named = async || {
        let all = CompanyFilter::default();
        let page = desk.company_page(&house.clerk, &all, Take::First(100), (None, None)).await.unwrap();
        page.items.into_iter().map(|company| (company.name, company.id)).collect::<Vec<_>>()
    };
    let before = named().await;
    let id = bring(&house, sheet).await;
    desk.import_apply(&house.clerk, id, false).await.unwrap().unwrap();
    let of = |name: &str, all: &[(String, CompanyId)]| all.iter().find(|one| one.0 == name).unwrap().1;
    let kept = of("丁公司", &named().await);
    let change = CompanyChange { tags: Some(vec!["规上".into()]), ..CompanyChange::default() };
    desk.company_change(&house.clerk, kept, change).await.unwrap().unwrap();
    desk.import_undo(&house.clerk, id).await.unwrap().unwrap();
    let mut expected = before.clone();
    expected.push(("丁公司".to_owned(), kept));
    let mut after = named().await;
    after.sort();
    expected.sort();
    assert_eq!(after, expected, "丙公司 is gone, 丁公司 has a tag, 甲公司 was there before");
    assert_eq!(facts(&house).await, 0);
    // Who is gone can come again.
    let again = bring(&house, sheet).await;
    let done = desk.import_apply(&house.clerk, again, false).await.unwrap().unwrap();
    assert_eq!(done.summary.unwrap().new_companies, 1);
}

#[tokio::test]
async fn what_goes_out_comes_in_again_and_changes_nothing() {
    let house = House::build().await;
    apply(&house, SHEET).await;
    for format in [SheetFormat::Csv, SheetFormat::Xlsx] {
        let file = house.desk().sheet_export(&house.clerk, format, Language::Zh).await.unwrap();
        let awaited = house.desk().import_request(&house.clerk, file.name).await.unwrap().unwrap();
        house.desk().import_upload(&awaited.token, file.content.as_slice()).await.unwrap().unwrap();
        let seen = look(&house, awaited.import.id).await;
        let unchanged = ImportSummary { rows: 3, unchanged_facts: 4, ..ImportSummary::default() };
        assert_eq!((seen.summary, seen.findings), (Some(unchanged), vec![]), "{format:?}");
    }
    // A company's own sheet holds itself alone.
    let own = house.desk().sheet_export(&house.rival, SheetFormat::Csv, Language::Zh).await.unwrap();
    let own = String::from_utf8(own.content).unwrap();
    assert!(own.contains("乙公司") && !own.contains("甲公司"), "{own}");
    assert!(house.desk().sheet_template(&house.clerk, SheetFormat::Xlsx, Language::En).await.is_ok());
}

#[tokio::test]
async fn wrong_rows_stay_out_with_their_reasons_and_wrong_columns_keep_all_out() {
    let house = House::build().await;
    let one_wrong = SHEET.replace(",31", ",many");
    let id = bring(&house, &one_wrong).await;
    let seen = look(&house, id).await;
    assert_eq!((seen.findings.len(), seen.findings[0].line), (1, 3));
    let errors = house.desk().sheet_errors(&house.clerk, id, Language::Zh).await.unwrap();
    assert!(errors.unwrap().content.starts_with(b"PK"));
    house.desk().import_apply(&house.clerk, id, false).await.unwrap().unwrap();
    assert_eq!(facts(&house).await, 2);
    for (sheet, place) in [
        (SHEET.replace("主体类型", "主体类形"), "columns"),
        ("no table at all\n".to_owned(), "columns"),
        ("\u{0}\u{1}PK".to_owned(), "columns"),
    ] {
        let id = bring(&house, &sheet).await;
        let refused = house.desk().import_apply(&house.clerk, id, true).await.unwrap().unwrap_err();
        let Refused::Mistakes(mistakes) = refused else { panic!("{refused:?}") };
        assert_eq!(mistakes[0].place, place, "{mistakes:?}");
    }
    assert_eq!(facts(&house).await, 2);
}

#[tokio::test]
async fn what_is_doubtful_is_imported_only_when_confirmed() {
    let house = House::build().await;
    let doubtful = SHEET.replace("91330110ABCDEFGH5H", "91330110ABCDEFGH5J");
    let id = bring(&house, &doubtful).await;
    assert_eq!(look(&house, id).await.doubts.len(), 1);
    let refused = house.desk().import_apply(&house.clerk, id, false).await.unwrap().unwrap_err();
    assert!(matches!(&refused, Refused::Mistakes(mistakes) if mistakes[0].place == "doubts"), "{refused:?}");
    assert_eq!(facts(&house).await, 0);
    assert!(house.desk().import_apply(&house.clerk, id, true).await.unwrap().is_ok());
    assert_eq!(facts(&house).await, 4);
}

#[tokio::test]
async fn an_address_serves_once_and_in_time_and_nobody_else_sees_the_import() {
    let house = House::build().await;
    let desk = house.desk();
    let awaited = desk.import_request(&house.clerk, "a.csv").await.unwrap().unwrap();
    assert_eq!(
        desk.import_upload("nobody's", &b"x"[..]).await.unwrap().unwrap_err(),
        Unuploaded::NoSuchUpload
    );
    let long = vec![b'x'; 64 << 20];
    let refused = desk.import_upload(&awaited.token, long.as_slice()).await.unwrap().unwrap_err();
    assert!(matches!(refused, Unuploaded::TooLong { .. }), "{refused:?}");
    desk.import_upload(&awaited.token, SHEET.as_bytes()).await.unwrap().unwrap();
    let twice = desk.import_upload(&awaited.token, SHEET.as_bytes()).await.unwrap();
    assert_eq!(twice.unwrap_err(), Unuploaded::NoSuchUpload);
    let late = desk.import_request(&house.clerk, "b.csv").await.unwrap().unwrap();
    house.set("2026-03-02T09:16");
    let refused = desk.import_upload(&late.token, SHEET.as_bytes()).await.unwrap();
    assert_eq!(refused.unwrap_err(), Unuploaded::NoSuchUpload);
    let id = awaited.import.id;
    assert!(desk.import_find(&house.owner, id).await.unwrap().is_none());
    assert!(desk.imports(&house.owner).await.unwrap().is_empty());
    assert_eq!(desk.imports(&house.clerk).await.unwrap().len(), 2);
    let other = House::in_zone(house.empty, "two").await;
    assert!(other.desk().import_find(&other.clerk, id).await.unwrap().is_none());
    let refused = other.desk().import_apply(&other.clerk, id, true).await.unwrap();
    assert_eq!(refused.unwrap_err(), Refused::NoSuchImport);
}
