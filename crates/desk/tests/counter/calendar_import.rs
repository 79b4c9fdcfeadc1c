//! A new calendar dates what waited for it, and a bad one changes nothing.
use crate::house::{House, at, general};
use calendar::Calendar;
use desk::ImportError;
use workflow::{Call, CaseId};

/// The shipped calendar and a made-up notice of 2027.
fn with_2027() -> String {
    format!("{}2027-01-01,holiday\n2027-02-08,holiday\n", Calendar::shipped().to_csv())
}

async fn last(house: &House, case: CaseId) -> store::Event {
    house.store().event_page(&house.system(), case, 0, 1_000).await.unwrap().pop().unwrap()
}

#[tokio::test]
async fn an_import_dates_undated_clocks_and_the_history_says_so() {
    let house = House::build_at("2026-12-30T09:00").await;
    let (case, closed) = (house.in_progress().await, house.file().await);
    let closed = house.act(&closed, &house.owner, "withdraw", [].into()).await;
    assert!(case.undated && case.due_at.is_none());
    let clocks = house.desk().view(case.clone()).unwrap();
    let finish = house.desk().clocks(&house.planner, &clocks).await.unwrap().pop().unwrap();
    assert_eq!(finish.state.undated(), Some(2027));
    assert_eq!(house.desk().timer_next().await.unwrap(), None);

    house.set("2026-12-30T11:00");
    let imported = house.desk().calendar_import(house.zone, &with_2027()).await.unwrap();
    assert_eq!(imported.recomputed, 1);
    assert_eq!(imported.years.last(), Some(&2027));
    let now = house.store().case_find(&house.system(), case.id).await.unwrap().unwrap();
    // 31 December, then four working days after the holiday on the first.
    assert_eq!((now.undated, now.due_at), (false, Some(at("2027-01-07T17:30"))));
    assert_eq!(house.desk().timer_next().await.unwrap(), Some(at("2027-01-06T17:30")));
    let event = last(&house, case.id).await;
    assert_eq!((event.action.as_str(), event.actor, event.at), ("recomputed", None, at("2026-12-30T11:00")));
    assert_eq!(event.entry.call, Call::Recompute);
    assert_eq!(event.entry.calendar, imported.digest);
    let unmoved = house.store().case_find(&house.system(), closed.id).await.unwrap().unwrap();
    assert_eq!(unmoved, closed);
}

#[tokio::test]
async fn importing_the_same_calendar_again_moves_nothing() {
    let house = House::build_at("2026-12-30T09:00").await;
    let case = house.in_progress().await;
    let first = house.desk().calendar_import(house.zone, &with_2027()).await.unwrap();
    let again = house.desk().calendar_import(house.zone, &with_2027()).await.unwrap();
    assert_eq!((again.digest, again.recomputed), (first.digest, 0));
    assert_eq!(last(&house, case.id).await.seq, case.seq + 1);
}

#[tokio::test]
async fn a_calendar_with_mistakes_or_without_a_year_changes_nothing() {
    let house = House::build_at("2026-12-30T09:00").await;
    let case = house.in_progress().await;
    let bad = format!("{}2027-02-30,holiday\n2027-01-04,day off\n", Calendar::shipped().to_csv());
    let Err(ImportError::Mistakes(mistakes)) = house.desk().calendar_import(house.zone, &bad).await else {
        panic!("it has two mistakes")
    };
    assert_eq!(mistakes.len(), 2);
    let empty = house.desk().calendar_import(house.zone, "date,kind\n").await;
    assert!(matches!(empty, Err(ImportError::NoYear)));
    assert!(house.store().calendar_current(house.zone).await.unwrap().is_none());
    assert_eq!(house.store().case_find(&house.system(), case.id).await.unwrap(), Some(case.clone()));
    let accepted = house.file().await;
    assert!(house.act(&accepted, &house.clerk, "accept", general()).await.undated);
}
