//! Grants that go to the bank together.
use super::{Account, Event, Fen, Grant, Refusal};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Grants that go to the bank together, with the sums by which the bank's list is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    id: Arc<str>,
    rows: Vec<BankRow>,
}

/// A row of the list that the bank gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankRow {
    /// The grant.
    pub grant: Arc<str>,
    /// Where it is paid to.
    pub account: Account,
    /// How much.
    pub amount: Fen,
}

/// Says why grants cannot go to the bank together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// There is none.
    #[error("a batch has at least one grant")]
    Empty,
    /// Some cannot go: each with the reason.
    #[error("{} of the grants cannot be paid; the first, `{}`: {}", .0.len(), first(.0).0, first(.0).1)]
    Refused(Vec<(Arc<str>, Refusal)>),
    /// One is there twice.
    #[error("grant `{0}` is in the batch twice")]
    Twice(Arc<str>),
    /// It is more money than one list can carry.
    #[error("a batch comes to more than {} yuan", Fen::MOST)]
    TooMuch,
}

/// Who is refused first, and why, in English.
fn first(refused: &[(Arc<str>, Refusal)]) -> (String, String) {
    refused.first().map(|(id, refusal)| (id.to_string(), refusal.to_string())).unwrap_or_default()
}

impl BatchError {
    /// Says the same in Chinese.
    #[must_use]
    pub fn in_chinese(&self) -> String {
        match self {
            Self::Empty => "批次中至少应有一笔".into(),
            Self::Refused(refused) => {
                let one = refused.first().map(|(id, refusal)| format!("`{id}`：{}", refusal.in_chinese()));
                format!("有 {} 笔不能拨付；第一笔 {}", refused.len(), one.unwrap_or_default())
            }
            Self::Twice(id) => format!("`{id}` 在批次中出现了两次"),
            Self::TooMuch => format!("一个批次合计不得超过 {} 元", Fen::MOST),
        }
    }
}

impl BankRow {
    /// What stands above the columns of [`cells`](Self::cells).
    pub const COLUMNS: [&'static str; 5] = ["编号", "户名", "开户行", "账号", "金额（元）"];

    /// Its cells as the bank's list has them, all of them texts: a number of an account is no number.
    #[must_use]
    pub fn cells(&self) -> [String; 5] {
        let Self { grant, account, amount } = self;
        let [holder, bank, number] = [account.holder(), account.bank(), account.number()].map(str::to_owned);
        [grant.to_string(), holder, bank, number, amount.to_string()]
    }
}

impl Batch {
    /// Sends grants to the bank, all or none: answers the batch, and the grants as they are then.
    ///
    /// # Errors
    /// Every grant that cannot be paid now, and why; one named twice; none at all.
    pub fn send(id: impl Into<Arc<str>>, grants: &[Grant]) -> Result<(Self, Vec<Grant>), BatchError> {
        let id = id.into();
        if grants.is_empty() {
            return Err(BatchError::Empty);
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = grants.iter().find(|grant| !seen.insert(grant.id())) {
            return Err(BatchError::Twice(twice.id().clone()));
        }
        let (mut sent, mut refused) = (vec![], vec![]);
        for grant in grants {
            match grant.take(&Event::Sent(id.clone())) {
                Ok(grant) => sent.push(grant),
                Err(refusal) => refused.push((grant.id().clone(), refusal)),
            }
        }
        if !refused.is_empty() {
            return Err(BatchError::Refused(refused));
        }
        if Fen::total(sent.iter().map(Grant::open)) > Fen::MOST.get().into() {
            return Err(BatchError::TooMuch);
        }
        let row = |grant: &Grant| BankRow {
            grant: grant.id().clone(),
            account: grant.account().clone(),
            amount: grant.open(),
        };
        Ok((Self { id, rows: sent.iter().map(row).collect() }, sent))
    }

    /// Its name.
    #[must_use]
    pub const fn id(&self) -> &Arc<str> {
        &self.id
    }

    /// The bank's list, in the order the grants were given.
    #[must_use]
    pub fn rows(&self) -> &[BankRow] {
        &self.rows
    }

    /// How many payments it has: the first control sum.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.rows.len()
    }

    /// What they come to: the second control sum.
    #[must_use]
    pub fn sum(&self) -> Fen {
        self.rows.iter().map(|row| row.amount).sum()
    }
}
