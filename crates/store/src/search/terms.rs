//! What a text is found by. Everything here is pure, and its outcome is in the tables: whoever changes what
//! [`Text::terms`] answers counts [`VERSION`] up, and every zone is filled again.
//!
//! A text is folded: compatibility forms taken apart (NFKD), accents dropped, small letters. In it stand words: runs of
//! letters and digits of any script. A word that is looked for is found wherever it stands inside another: 钱江 in
//! 杭州钱江科技, 0417 in QX20260901-0417. The terms only narrow down where to look: single characters, pairs, and for
//! ASCII, of which there are few, threes; what has the terms is read and compared.
use pinyin::ToPinyin;
use std::collections::BTreeSet;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Counts how often it changed what terms a text has.
pub(super) const VERSION: i64 = 1;
/// The longest text that is looked for, in characters.
pub(super) const TEXT_MOST: usize = 200;
/// The most words that are looked for at once.
pub(super) const WORDS_MOST: usize = 12;
/// Leads the terms of initials.
const INITIALS: char = '~';
/// How much of a text a snippet shows, and how much of that before the first match, in characters.
const SNIPPET_MOST: usize = 120;
const SNIPPET_BEFORE: usize = 30;

/// What somebody looks for: every one of these words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchWords(Vec<Word>);

/// Why nothing can be looked for by a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSearchable {
    /// No letter and no digit is in it.
    #[error("the text has no letter and no digit")]
    Wordless,
    /// It is too long.
    #[error("the text has more than {most} characters")]
    TooLong {
        /// How many characters it may have.
        most: usize,
    },
    /// It has too many words.
    #[error("the text has more than {most} words")]
    TooManyWords {
        /// How many it may have.
        most: usize,
    },
}

/// A stretch of a snippet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnippetPart {
    /// What it says.
    pub text: String,
    /// Whether it was looked for.
    pub matched: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    text: Vec<char>,
    /// Whether it may be initials: two letters of ASCII or more.
    initials: bool,
}

/// The terms one of whose sets a document with a word has.
pub(super) struct Needed {
    pub(super) plain: Vec<String>,
    pub(super) initials: Vec<String>,
}

/// A text of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) text: String,
    /// Whether it is found by the first letters of its pinyin too: titles and names.
    pub(super) initials: bool,
}

/// A text as it is compared: its folded characters, and which character of the text each came from.
struct Folded {
    chars: Vec<char>,
    from: Vec<usize>,
}

impl SearchWords {
    /// Takes a text as words. There is no syntax in it: what is neither letter nor digit only parts words.
    ///
    /// # Errors
    /// [`NotSearchable`].
    pub fn parse(text: &str) -> Result<Self, NotSearchable> {
        let text = text.trim();
        // Counted no further than needed.
        if text.chars().nth(TEXT_MOST).is_some() {
            return Err(NotSearchable::TooLong { most: TEXT_MOST });
        }
        let folded = fold(text);
        let mut words: Vec<Word> = Vec::new();
        for run in runs(&folded.chars) {
            let text = folded.chars.get(run).unwrap_or_default().to_vec();
            let initials = text.len() > 1 && text.iter().all(char::is_ascii_alphabetic);
            let word = Word { text, initials };
            if !words.contains(&word) {
                words.push(word);
            }
        }
        match words.len() {
            0 => Err(NotSearchable::Wordless),
            1..=WORDS_MOST => Ok(Self(words)),
            _ => Err(NotSearchable::TooManyWords { most: WORDS_MOST }),
        }
    }

    /// What the terms of a document must have, word by word.
    pub(super) fn needed(&self) -> Vec<Needed> {
        let needed = |word: &Word| Needed {
            plain: asked(&word.text, None),
            initials: if word.initials { asked(&word.text, Some(INITIALS)) } else { Vec::new() },
        };
        self.0.iter().map(needed).collect()
    }

    /// Whether every word stands in one of the texts.
    pub(super) fn are_in(&self, texts: &[Text]) -> bool {
        let read: Vec<_> = texts.iter().map(Text::read).collect();
        self.0.iter().all(|word| read.iter().any(|text| !text.places(word).is_empty()))
    }

    /// The part of the texts that says most of what was looked for; of several, of the first.
    pub(super) fn snippet(&self, texts: &[Text]) -> Vec<SnippetPart> {
        let mut best: Option<(usize, &Text, Vec<Range<usize>>)> = None;
        for text in texts {
            let read = text.read();
            let places: Vec<_> = self.0.iter().map(|word| read.places(word)).collect();
            let said = places.iter().filter(|places| !places.is_empty()).count();
            if best.as_ref().is_none_or(|(most, ..)| said > *most) {
                best = Some((said, text, places.into_iter().flatten().collect()));
            }
        }
        best.map(|(_, text, places)| cut(&text.text, &places)).unwrap_or_default()
    }
}

impl Text {
    pub(super) fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), initials: false }
    }

    pub(super) fn named(text: &str) -> Self {
        Self { text: text.to_owned(), initials: true }
    }

    /// Adds everything that it is found by.
    pub(super) fn terms(&self, terms: &mut BTreeSet<String>) {
        let read = self.read();
        for run in runs(&read.folded.chars) {
            let run = read.folded.chars.get(run).unwrap_or_default();
            for width in 1..=3 {
                let wide = run.windows(width).filter(|wide| width < 3 || is_ascii(wide));
                terms.extend(wide.map(String::from_iter));
            }
        }
        for run in runs(&read.initials) {
            let run = read.initials.get(run).unwrap_or_default();
            for width in 2..=3 {
                terms.extend(run.windows(width).map(|wide| term(wide, Some(INITIALS))));
            }
        }
    }

    fn read(&self) -> Read {
        let folded = fold(&self.text);
        let initial = |character: &char| {
            let letter = character.to_pinyin().and_then(|pinyin| pinyin.plain().chars().next());
            letter.filter(char::is_ascii_alphabetic).unwrap_or(' ')
        };
        let initials = if self.initials { folded.chars.iter().map(initial).collect() } else { Vec::new() };
        Read { folded, initials }
    }
}

/// A text with what is compared of it.
struct Read {
    folded: Folded,
    /// As long as the folded text, with blanks where there is no pinyin; empty for what is not found by it.
    initials: Vec<char>,
}

impl Read {
    /// Where a word stands, as ranges of the text's characters.
    fn places(&self, word: &Word) -> Vec<Range<usize>> {
        let within = |chars: &[char]| {
            let wide = chars.windows(word.text.len()).enumerate();
            let found = wide.filter(|(_, wide)| *wide == word.text);
            let place = |(start, wide): (usize, &[char])| {
                let from = self.folded.from.get(start..start + wide.len()).unwrap_or_default();
                from.first().zip(from.last()).map(|(first, last)| *first..last + 1)
            };
            found.filter_map(place).collect::<Vec<_>>()
        };
        let mut places = within(&self.folded.chars);
        if places.is_empty() && word.initials {
            places = within(&self.initials);
        }
        places
    }
}

fn fold(text: &str) -> Folded {
    let mut folded = Folded { chars: Vec::new(), from: Vec::new() };
    for (place, character) in text.chars().enumerate() {
        let apart = std::iter::once(character).nfkd().filter(|part| !is_combining_mark(*part));
        for small in apart.flat_map(char::to_lowercase) {
            folded.chars.push(if small.is_alphanumeric() { small } else { ' ' });
            folded.from.push(place);
        }
    }
    folded
}

/// Where words stand in folded characters.
fn runs(chars: &[char]) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = chars.get(at..)?;
        let start = at + rest.iter().position(|one| *one != ' ')?;
        let length = chars.get(start..)?.iter().take_while(|one| **one != ' ').count();
        at = start + length;
        Some(start..at)
    })
}

fn is_ascii(chars: &[char]) -> bool {
    chars.iter().all(char::is_ascii)
}

fn term(chars: &[char], lead: Option<char>) -> String {
    lead.iter().chain(chars).collect()
}

/// The fewest terms that every text has in which a word stands.
fn asked(word: &[char], lead: Option<char>) -> Vec<String> {
    if word.len() < 2 {
        return vec![term(word, lead)];
    }
    let threes = |place: usize| word.get(place..place + 3).filter(|wide| is_ascii(wide));
    let mut terms = BTreeSet::new();
    for place in 0..word.len() {
        if let Some(wide) = threes(place) {
            terms.insert(term(wide, lead));
        }
        let covered = threes(place).is_some() || place.checked_sub(1).and_then(threes).is_some();
        if let Some(pair) = word.get(place..place + 2).filter(|_| !covered) {
            terms.insert(term(pair, lead));
        }
    }
    terms.into_iter().collect()
}

/// The stretch of a text around the first of some places, with all of them marked.
fn cut(text: &str, places: &[Range<usize>]) -> Vec<SnippetPart> {
    let first = places.iter().map(|place| place.start).min().unwrap_or_default();
    let length = text.chars().count();
    let begin = if length <= SNIPPET_MOST { 0 } else { first.saturating_sub(SNIPPET_BEFORE) };
    let mut parts: Vec<SnippetPart> = Vec::new();
    let mut push = |character: char, matched: bool| match parts.last_mut() {
        Some(last) if last.matched == matched => last.text.push(character),
        _ => parts.push(SnippetPart { text: character.to_string(), matched }),
    };
    if begin > 0 {
        push('…', false);
    }
    for (place, character) in text.chars().enumerate().skip(begin).take(SNIPPET_MOST) {
        // One line, whatever the text was.
        let character = if character.is_control() { ' ' } else { character };
        push(character, places.iter().any(|range| range.contains(&place)));
    }
    if length > begin + SNIPPET_MOST {
        push('…', false);
    }
    parts
}

#[cfg(test)]
mod tests;
