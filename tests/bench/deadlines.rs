//! Due times in working time, on one core.
use calendar::{BusinessTime, Calendar, Hours, Limit};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// The limits of the processes there are, and the further ways to count.
const LIMITS: [&str; 10] = ["1wd", "2wd", "3wd", "5wd", "15wd", "2wh", "12wh", "90wm", "2h", "30m"];
const TIME: Duration = Duration::from_secs(2);
/// Instants between two looks at the clock.
const ROUND: usize = 1_000;

/// How many due times one core computes in a second: every limit in turn, from instants all over the known years.
pub(crate) fn per_second() -> f64 {
    let zone = TimeZone::get("Asia/Shanghai").expect("the zone is bundled");
    let desk = BusinessTime::new(Calendar::shipped(), Hours::default(), zone);
    let limits = LIMITS.map(|limit| limit.parse::<Limit>().expect("a limit"));
    let years: Vec<i16> = desk.calendar().years().collect();
    // The last year is left out, so that no limit leads into one without a notice.
    let (first, last) = (years[0], years[years.len() - 1]);
    let start: Timestamp = format!("{first}-01-04T00:00:00Z").parse().expect("an instant");
    let end: Timestamp = format!("{last}-01-01T00:00:00Z").parse().expect("an instant");
    let span = end.duration_since(start).as_secs();
    let begun = Instant::now();
    let (mut computed, mut seconds) = (0, 0_i64);
    while begun.elapsed() < TIME {
        for _ in 0..ROUND {
            // A step that shares no factor with a day or a year, so that all times of all days come up.
            seconds = (seconds + 7_919_777) % span;
            let from = start + SignedDuration::from_secs(seconds);
            for limit in limits {
                black_box(desk.due(black_box(from), limit)).expect("the year is known");
            }
        }
        computed += ROUND * LIMITS.len();
    }
    crate::report::rate(computed, begun.elapsed())
}
