//! The processes that ship with the desk.

/// Every shipped definition, by its path in `definitions`; of each process the newest version last.
const SHIPPED: [(&str, &str); 4] = [
    ("co-handling/v1.toml", include_str!("../definitions/co-handling/v1.toml")),
    ("grid-event/v1.toml", include_str!("../definitions/grid-event/v1.toml")),
    ("request/v1.toml", include_str!("../definitions/request/v1.toml")),
    ("request/v2.toml", include_str!("../definitions/request/v2.toml")),
];

/// Lists every shipped definition: its path below `definitions`, and its text. Of each process the newest is last.
pub fn shipped() -> impl Iterator<Item = (&'static str, &'static str)> {
    SHIPPED.into_iter()
}
