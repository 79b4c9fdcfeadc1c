//! Filing for others: for a company that calls, from a ticket of another line, several at once after a meeting.
use crate::form::with_mistakes;
use crate::refused::text_check;
use crate::several::{Reported, place_key};
use crate::{Acted, Caller, CaseSource, Desk, DeskError, OpenOrder, Refused, Source};
use std::sync::Arc;
use workflow::{Call, CaseId, CompanyId, Definition, Step, Text};

/// How many cases one request may open.
const OPENED_MOST: usize = 100;
/// Longest name of another line, in characters.
const SYSTEM_MOST: usize = 50;
/// Longest number of a ticket there, in characters.
const NUMBER_MOST: usize = 100;

/// A first step that may be taken.
pub(crate) struct Opening {
    pub(crate) definition: Arc<Definition>,
    pub(crate) call: Call,
    pub(crate) step: Box<Step>,
}

impl Desk {
    /// Opens several cases, each for itself: one that is refused holds up no other. A repeated request opens none
    /// twice; a dry run says what would happen and writes nothing.
    ///
    /// # Errors
    /// [`DeskError`]: some may be open then, and asking again with the same key opens the rest.
    pub async fn cases_open(
        &self,
        caller: &Caller,
        orders: Vec<OpenOrder>,
        dry_run: bool,
        idempotency_key: &str,
    ) -> Result<Result<Vec<Reported>, Refused>, DeskError> {
        if orders.is_empty() || orders.len() > OPENED_MOST {
            return Ok(Err(Refused::TooMany { most: OPENED_MOST }));
        }
        let mut reports = vec![];
        for (place, order) in orders.into_iter().enumerate() {
            let key = match place_key(idempotency_key, place) {
                Ok(key) => key,
                Err(refused) => return Ok(Err(refused)),
            };
            reports.push(if dry_run {
                self.case_open_try(caller, order).await?
            } else {
                let order = OpenOrder { idempotency_key: Some(key), ..order };
                Reported::of(self.case_open(caller, order).await?)
            });
        }
        Ok(Ok(reports))
    }

    async fn case_open_try(&self, caller: &Caller, order: OpenOrder) -> Result<Reported, DeskError> {
        if let Some(before) = self.imported(caller, order.source.as_ref()).await? {
            return Ok(Reported::of(before));
        }
        Ok(match self.opening(caller, order).await? {
            Ok(Opening { definition, step, .. }) => Reported::would(None, definition, &step),
            Err(refused) => Reported::Refused(refused),
        })
    }

    /// What opening a case would do. Writes nothing.
    pub(crate) async fn opening(
        &self,
        caller: &Caller,
        order: OpenOrder,
    ) -> Result<Result<Opening, Refused>, DeskError> {
        let (catalog, zone) = (self.catalog(), caller.zone);
        let Some(definition) = catalog.newest(zone, &order.process).cloned() else {
            let processes = catalog.processes(zone).map(|definition| definition.process.clone()).collect();
            return Ok(Err(Refused::NoSuchProcess { processes }));
        };
        let Some((action, _)) = definition.opening() else {
            return Ok(Err(Refused::NoSuchProcess { processes: vec![] }));
        };
        let company = match self.company_of(caller, order.company).await? {
            Ok(company) => company,
            Err(refused) => return Ok(Err(refused)),
        };
        let mistakes = self.strangers(caller, None, &definition, action, &order.answers).await?;
        let call = Call::Act { action: action.clone(), actor: caller.actor(), answers: order.answers };
        let circumstances = self.circumstances(zone, &definition, None).await?;
        let opened = workflow::open(&definition, company, &call, circumstances.world());
        let step = with_mistakes(opened, mistakes);
        Ok(match step {
            Ok(step) => Ok(Opening { definition, call, step }),
            Err(refusal) => Err(Refused::Engine(refusal)),
        })
    }

    /// The company to file for: one's own, or the one that staff name. To a company every other one is missing.
    async fn company_of(
        &self,
        caller: &Caller,
        named: Option<CompanyId>,
    ) -> Result<Result<Option<CompanyId>, Refused>, DeskError> {
        let own = caller.person.company;
        Ok(match (own, named) {
            (Some(own), Some(named)) if own != named => Err(Refused::NoSuchCompany),
            (Some(own), _) => Ok(Some(own)),
            (None, Some(named)) if self.companies(caller, &[named]).await?.is_empty() => {
                Err(Refused::NoSuchCompany)
            }
            (None, named) => Ok(named),
        })
    }

    /// The tickets that cases came from, by case.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn sources(&self, caller: &Caller, cases: &[CaseId]) -> Result<Vec<CaseSource>, DeskError> {
        Ok(self.store.source_batch(&self.viewer(caller), cases).await?)
    }

    /// What an earlier import of the same ticket led to, or why it may not be imported at all.
    pub(crate) async fn imported(
        &self,
        caller: &Caller,
        source: Option<&Source>,
    ) -> Result<Option<Acted>, DeskError> {
        let Some(source) = source else { return Ok(None) };
        if let Err(refused) = source_check(caller, source) {
            return Ok(Some(Acted::Refused(refused)));
        }
        let Some(case) = self.store.source_find(caller.zone, source).await? else { return Ok(None) };
        let case = self.store.case_find(&self.viewer(caller), case).await?;
        Ok(Some(match case {
            Some(case) => Acted::Repeated { case: Box::new(case), seq: 1 },
            None => Acted::Refused(Refused::NoSuchCase),
        }))
    }
}

/// A company that could name tickets could keep the ones of others from being imported.
fn source_check(caller: &Caller, source: &Source) -> Result<(), Refused> {
    if caller.person.company.is_some() {
        return Err(Refused::not_yours(Text::new("工作人员", "the staff")));
    }
    text_check("source.system", &source.system, SYSTEM_MOST, false)?;
    text_check("source.number", &source.number, NUMBER_MOST, false)
}
