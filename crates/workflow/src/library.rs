//! The processes that ship with the desk.

/// Every shipped definition, by its path in `definitions`; of each process the newest version last.
const SHIPPED: [(&str, &str); 1] = [("request/v1.toml", include_str!("../definitions/request/v1.toml"))];

/// Lists every shipped definition: its path below `definitions`, and its text. Of each process the newest is last.
pub fn shipped() -> impl Iterator<Item = (&'static str, &'static str)> {
    SHIPPED.into_iter()
}
