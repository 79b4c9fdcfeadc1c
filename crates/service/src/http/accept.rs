//! Media types: which one the answer takes, and whether the question came in one that is read.

/// A media type an answer can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Media {
    /// `application/graphql-response+json`: the status code tells whether the document was answered.
    GraphqlResponse,
    /// `application/json`: any well-formed answer is 200, errors included.
    Json,
    /// `text/event-stream`: answers one by one, as they come to be.
    Events,
}

const EVENTS: &str = "text/event-stream";

impl Media {
    pub(super) const fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
            Self::Events => "text/event-stream; charset=utf-8",
        }
    }
}

/// Chooses the media type of the answer from the values of `Accept`; `None` when neither will do.
///
/// RFC 9110, section 12.5.1: the most specific range decides the quality of a type. Of equal qualities the one
/// named first wins; no preference at all means JSON, which every client reads. Events are sent to who asks for them by name.
pub(super) fn negotiate<'a>(values: impl Iterator<Item = &'a str>) -> Option<Media> {
    let ranges: Vec<Range<'a>> = values
        .flat_map(|value| value.split(','))
        .filter(|range| !range.trim().is_empty())
        .map(Range::read)
        .collect();
    if ranges.is_empty() {
        return Some(Media::Json);
    }
    let by_name = ranges.iter().any(|range| range.specificity(EVENTS) == Some(2));
    // Of those that are wanted alike, as by a wildcard, the first here.
    let offered = [
        (preference(&ranges, "application/json"), Media::Json),
        (preference(&ranges, "application/graphql-response+json"), Media::GraphqlResponse),
        (preference(&ranges, EVENTS).filter(|_| by_name), Media::Events),
    ];
    offered
        .into_iter()
        .rev()
        .filter_map(|(wanted, media)| Some((wanted?, media)))
        .max_by_key(|(wanted, _)| *wanted)
        .map(|(_, media)| media)
}

struct Range<'a> {
    name: &'a str,
    /// Quality in thousandths.
    quality: u16,
}

impl<'a> Range<'a> {
    fn read(text: &'a str) -> Self {
        let mut parts = text.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        Self { name, quality: quality.map_or(1000, thousandths) }
    }

    fn specificity(&self, media_type: &str) -> Option<u8> {
        match self.name {
            "*/*" => Some(0),
            name if name.eq_ignore_ascii_case("application/*") => Some(1),
            name if name.eq_ignore_ascii_case(media_type) => Some(2),
            _ => None,
        }
    }
}

/// Reads `0.8` as 800; what is no quality counts as 0, so that it is never preferred.
fn thousandths(quality: &str) -> u16 {
    let (whole, fraction) = quality.split_once('.').unwrap_or((quality, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return 0;
    }
    match whole {
        "1" => 1000,
        "0" => format!("{fraction:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

/// How much a type is wanted: quality, then the earlier place. `None` when it is refused.
fn preference(ranges: &[Range<'_>], media_type: &str) -> Option<(u16, std::cmp::Reverse<usize>)> {
    let matching = ranges
        .iter()
        .enumerate()
        .filter_map(|(place, range)| Some((range.specificity(media_type)?, place, range)));
    let (_, place, range) =
        matching.max_by_key(|(specificity, place, _)| (*specificity, std::cmp::Reverse(*place)))?;
    (range.quality > 0).then_some((range.quality, std::cmp::Reverse(place)))
}

/// Tells whether a `Content-Type` is JSON in UTF-8. Everything a cross-site form can send without a preflight is not.
pub(super) fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    parts.next().is_some_and(|name| name.eq_ignore_ascii_case("application/json"))
        && parts.all(|parameter| {
            parameter.split_once('=').is_some_and(|(name, value)| {
                name.eq_ignore_ascii_case("charset") && value.trim_matches('"').eq_ignore_ascii_case("utf-8")
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(accept: &str) -> Option<Media> {
        negotiate(std::iter::once(accept))
    }

    #[test]
    fn no_preference_means_json() {
        assert_eq!(negotiate(std::iter::empty()), Some(Media::Json));
        for accept in ["", "*/*", "application/*", "text/html, */*;q=0.1"] {
            assert_eq!(chosen(accept), Some(Media::Json), "{accept}");
        }
    }

    #[test]
    fn the_type_named_first_wins_among_equals() {
        let graphql = "application/graphql-response+json";
        assert_eq!(chosen(&format!("{graphql}, application/json")), Some(Media::GraphqlResponse));
        assert_eq!(chosen(&format!("application/json, {graphql}")), Some(Media::Json));
        assert_eq!(chosen(&format!("{graphql}; charset=utf-8, */*")), Some(Media::GraphqlResponse));
        assert_eq!(
            chosen(&format!("application/json;q=0.9, {graphql};q=0.95")),
            Some(Media::GraphqlResponse)
        );
    }

    #[test]
    fn events_are_sent_to_who_asks_for_them_by_name() {
        for accept in
            ["text/event-stream", "text/event-stream, application/json", "text/event-stream;q=0.9, */*;q=0.1"]
        {
            assert_eq!(chosen(accept), Some(Media::Events), "{accept}");
        }
        for accept in [
            "*/*",
            "text/html, application/json, text/event-stream",
            "text/event-stream;q=0.5, application/json",
        ] {
            assert_eq!(chosen(accept), Some(Media::Json), "{accept}");
        }
    }

    #[test]
    fn a_refused_type_is_not_chosen_through_a_wildcard() {
        assert_eq!(chosen("*/*, application/json;q=0"), Some(Media::GraphqlResponse));
        assert_eq!(chosen("application/json;q=0"), None);
        assert_eq!(chosen("application/json;q=nonsense"), None);
    }

    #[test]
    fn other_types_leave_nothing_to_choose() {
        for accept in
            ["text/html", "text/*", "application/xml;q=0.9", "multipart/mixed", "text/event-stream;q=0"]
        {
            assert_eq!(chosen(accept), None, "{accept}");
        }
    }

    #[test]
    fn only_json_in_utf_8_is_read() {
        for good in
            ["application/json", "Application/JSON; charset=UTF-8", "application/json;charset=\"utf-8\""]
        {
            assert!(is_json(good), "{good}");
        }
        for bad in
            ["", "text/plain", "application/json; charset=gbk", "application/jsonp", "application/json; x"]
        {
            assert!(!is_json(bad), "{bad}");
        }
    }
}
