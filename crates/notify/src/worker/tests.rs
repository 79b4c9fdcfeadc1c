use super::*;

const HASTY: Uuid = Uuid::from_u128(0xff);
const PATIENT: Uuid = Uuid::from_u128(0x00);

#[test]
fn waits_double_from_a_minute_to_six_hours() {
    let minutes: Vec<_> = (1..=12).map(|attempt| wait(attempt, PATIENT).as_secs() / 60).collect();
    assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]);
    assert_eq!(wait(i64::MAX, PATIENT), SignedDuration::from_hours(6));
}

#[test]
fn mails_that_failed_together_come_back_apart() {
    assert_eq!(wait(1, HASTY), SignedDuration::from_secs(45));
    assert_eq!(wait(12, HASTY), SignedDuration::from_mins(270));
    assert_eq!(wait(12, HASTY), wait(12, HASTY));
}
