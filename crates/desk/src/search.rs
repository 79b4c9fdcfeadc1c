//! Finding by what is said: companies, cases and notes, as far as the caller sees them.
use crate::refused::{Mistake, MistakeKind};
use crate::{Caller, Desk, DeskError, Page, Refused, Take};
use store::{Found, FoundCount, NotSearchable, SearchCursor, SearchKind, SearchProgress, SearchWords};
use workflow::{Text, ZoneId};

impl Desk {
    /// Finds what has all of these words: kind by kind, the latest of each first.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn search_page(
        &self,
        caller: &Caller,
        words: &SearchWords,
        kinds: &[SearchKind],
        take: Take,
        places: (Option<SearchCursor>, Option<SearchCursor>),
    ) -> Result<Page<Found>, DeskError> {
        Ok(self.store.search_page(&self.viewer(caller), words, kinds, take, places).await?)
    }

    /// Counts what [`Desk::search_page`] finds, by kind.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn search_count(
        &self,
        caller: &Caller,
        words: &SearchWords,
        kinds: &[SearchKind],
    ) -> Result<Vec<FoundCount>, DeskError> {
        Ok(self.store.search_count(&self.viewer(caller), words, kinds).await?)
    }

    /// Whether everything of these kinds can be found already.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn search_complete(&self, caller: &Caller, kinds: &[SearchKind]) -> Result<bool, DeskError> {
        Ok(self.store.search_complete(&self.viewer(caller), kinds).await?)
    }

    /// Puts some more of a zone into its search index, if enough waits for it; answers whether more does.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn search_go_on(&self, zone: ZoneId) -> Result<bool, DeskError> {
        Ok(self.store.search_go_on(zone).await?)
    }

    /// How far the search index of a zone got.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn search_progress(&self, zone: ZoneId) -> Result<SearchProgress, DeskError> {
        Ok(self.store.search_progress(zone).await?)
    }
}

/// What was typed as words, or what may be typed.
///
/// # Errors
/// [`Refused::Mistakes`].
pub fn search_words(text: &str) -> Result<SearchWords, Refused> {
    SearchWords::parse(text).map_err(|wrong| {
        let message = match wrong {
            NotSearchable::Wordless => {
                Text::new("请输入至少一个汉字、字母或数字", "type at least one letter or digit")
            }
            NotSearchable::TooLong { most } => {
                Text::new(&format!("最多 {most} 个字符"), &format!("type at most {most} characters"))
            }
            NotSearchable::TooManyWords { most } => {
                Text::new(&format!("最多 {most} 个词"), &format!("type at most {most} words"))
            }
        };
        Refused::Mistakes(vec![Mistake { place: "text".into(), kind: MistakeKind::NotAText, message }])
    })
}
