//! Changing the company file, and publishing policies.
use super::company::{Company, CompanyFact, FactConfidence, company_id};
use super::gate::{broken, caller, desk, language};
use super::id::NodeId;
use super::policy::Policy;
use super::refusal::Refusal;
use super::scalar::Date;
use super::setting::Finding;
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};
use desk::{CompanyChange, CompanyOrder, Contact, FactOrder, PolicyNotPublished, PolicyView};
use std::sync::Arc;
use workflow::{Language, PersonId};

/// Asks to add a company.
#[derive(InputObject)]
pub struct CompanyAddInput {
    /// Its name, up to 200 characters.
    name: String,
    /// Its unified social credit code (GB 32100).
    credit_code: Option<String>,
    /// Where in the zone it sits, up to 100 characters.
    place: Option<String>,
    /// Whether to take a credit code whose check digit fails: a few early ones are legal.
    #[graphql(default)]
    accept_doubts: bool,
}

/// Asks to change how a company is looked after. What is left out stays; null takes away.
#[derive(InputObject)]
pub struct CompanyChangeInput {
    /// The company.
    company_id: ID,
    /// Its name. For staff.
    name: Option<String>,
    /// Where in the zone it sits. For staff.
    place: MaybeUndefined<String>,
    /// What it is filed under, all of it, at most 30. For staff.
    tags: Option<Vec<String>>,
    /// Who of the staff looks after it. For staff.
    specialist_id: MaybeUndefined<ID>,
    /// Whom to call, all of them, at most 20, the first to call first.
    contacts: Option<Vec<ContactInput>>,
}

/// Somebody to call at a company.
#[derive(InputObject)]
pub struct ContactInput {
    /// Their name.
    name: String,
    /// What they are there.
    post: Option<String>,
    /// Their telephone.
    phone: Option<String>,
    /// Their address of mail.
    email: Option<String>,
}

/// Asks to record facts of a company, all or none.
#[derive(InputObject)]
pub struct FactsRecordInput {
    /// The company.
    company_id: ID,
    /// The facts, at most 300.
    facts: Vec<FactInput>,
}

/// A fact to record.
#[derive(InputObject)]
pub struct FactInput {
    /// The field: its key or its Chinese label.
    field: String,
    /// What it is: `310`, `300 万元`, `true`, a value's key or Chinese name, `2026-01-02`; several values with commas
    /// between them, periods as `120~135；135~140`, tables as `2024：是；2025：否`. Null where it is known that there is none.
    value: Option<String>,
    /// The first day it speaks of.
    from: Option<Date>,
    /// The last day it speaks of.
    to: Option<Date>,
    /// Who or what says so; a company need not say.
    source: Option<String>,
    /// The day it was stated; today without it.
    stated_on: Option<Date>,
    /// How sure it is. What a company says of itself is stated at most.
    confidence: Option<FactConfidence>,
}

/// Asks to withdraw a fact.
#[derive(InputObject)]
pub struct FactWithdrawInput {
    /// The fact.
    fact_id: ID,
}

/// Asks to check a policy, or to publish it.
#[derive(InputObject)]
pub struct PolicyInput {
    /// The policy, in TOML.
    text: String,
    /// Its worked cases, in TOML.
    #[graphql(default)]
    cases: String,
}

/// What came of adding or changing a company.
#[derive(SimpleObject)]
pub struct CompanyPayload {
    /// The company, unless it was refused.
    company: Option<Company>,
    /// Why it may not be.
    refusal: Option<Refusal>,
}

/// What came of recording facts.
#[derive(SimpleObject)]
pub struct FactsRecordPayload {
    /// The facts, unless they were refused.
    facts: Vec<CompanyFact>,
    /// The company with what policies say of it now.
    company: Option<Company>,
    /// Why they may not be recorded.
    refusal: Option<Refusal>,
}

/// What came of withdrawing a fact.
#[derive(SimpleObject)]
pub struct FactWithdrawPayload {
    /// The fact, unless it was refused.
    fact: Option<CompanyFact>,
    /// Why it may not be withdrawn.
    refusal: Option<Refusal>,
}

/// What came of checking or publishing a policy.
#[derive(SimpleObject)]
pub struct PolicyPayload {
    /// The policy as it is in force; none when it was checked only, or refused.
    policy: Option<Policy>,
    /// Whether the same text was published before.
    repeated: bool,
    /// Everything that is wrong with the text and its cases.
    findings: Vec<Finding>,
    /// Why it is not published.
    reason: Option<String>,
}

/// What can be changed in the company file, and policies.
#[derive(Default)]
pub struct CompanyMutation;

/// What can be changed in the company file, and policies.
#[Object]
impl CompanyMutation {
    /// Adds a company. For staff.
    #[graphql(complexity = "10 + child_complexity")]
    async fn company_add(&self, ctx: &Context<'_>, input: CompanyAddInput) -> Result<CompanyPayload> {
        let CompanyAddInput { name, credit_code, place, accept_doubts } = input;
        let order = CompanyOrder { name, credit_code, place, accept_doubts };
        let added = desk(ctx)?.company_register(caller(ctx)?, order).await.map_err(broken)?;
        Ok(company_payload(ctx, added))
    }

    /// Changes how a company is looked after; people of a company say whom to call at their own.
    #[graphql(complexity = "10 + child_complexity")]
    async fn company_change(&self, ctx: &Context<'_>, input: CompanyChangeInput) -> Result<CompanyPayload> {
        let person = |id: ID| NodeId::person(&id).unwrap_or(PersonId(uuid::Uuid::nil()));
        let contact = |ContactInput { name, post, phone, email }| Contact { name, post, phone, email };
        let change = CompanyChange {
            name: input.name,
            place: input.place.into(),
            tags: input.tags,
            specialist: input.specialist_id.map_value(person).into(),
            contacts: input.contacts.map(|contacts| contacts.into_iter().map(contact).collect()),
        };
        let id = company_id(&input.company_id);
        let changed = desk(ctx)?.company_change(caller(ctx)?, id, change).await.map_err(broken)?;
        Ok(company_payload(ctx, changed))
    }

    /// Records facts of a company, all or none; what policies say of it is found anew at once.
    #[graphql(complexity = "10 + child_complexity")]
    async fn facts_record(&self, ctx: &Context<'_>, input: FactsRecordInput) -> Result<FactsRecordPayload> {
        let order = |fact: FactInput| FactOrder {
            field: fact.field,
            value: fact.value,
            from: fact.from.map(|day| day.0),
            to: fact.to.map(|day| day.0),
            source: fact.source,
            stated_on: fact.stated_on.map(|day| day.0),
            confidence: fact.confidence.map_or(desk::Confidence::Stated, Into::into),
        };
        let (id, orders) = (company_id(&input.company_id), input.facts.into_iter().map(order));
        let orders: Vec<FactOrder> = orders.collect();
        Ok(match desk(ctx)?.facts_record(caller(ctx)?, id, &orders).await.map_err(broken)? {
            Ok((company, facts)) => FactsRecordPayload {
                facts: facts.into_iter().map(CompanyFact).collect(),
                company: Some(Company(company)),
                refusal: None,
            },
            Err(refused) => {
                let refusal = Some(Refusal::new(&refused, language(ctx)));
                FactsRecordPayload { facts: vec![], company: None, refusal }
            }
        })
    }

    /// Withdraws a fact; people of a company what it declared of itself.
    #[graphql(complexity = "10 + child_complexity")]
    async fn fact_withdraw(
        &self,
        ctx: &Context<'_>,
        input: FactWithdrawInput,
    ) -> Result<FactWithdrawPayload> {
        let id = NodeId::fact(&input.fact_id);
        Ok(match desk(ctx)?.fact_withdraw(caller(ctx)?, id).await.map_err(broken)? {
            Ok(fact) => FactWithdrawPayload { fact: Some(CompanyFact(fact)), refusal: None },
            Err(refused) => {
                FactWithdrawPayload { fact: None, refusal: Some(Refusal::new(&refused, language(ctx))) }
            }
        })
    }

    /// Checks a policy without publishing it: everything that is wrong with it, each with its place.
    #[graphql(complexity = "100 + child_complexity")]
    async fn policy_check(&self, ctx: &Context<'_>, input: PolicyInput) -> Result<PolicyPayload> {
        let PolicyInput { text, cases } = input;
        let checked = desk(ctx)?.policy_check(caller(ctx)?, &text, &cases).await.map_err(broken)?;
        Ok(match checked {
            Ok(_) => PolicyPayload { policy: None, repeated: false, findings: vec![], reason: None },
            Err(wrong) => not_published(ctx, &wrong),
        })
    }

    /// Publishes a policy in the zone: all companies are matched with it soon after.
    #[graphql(complexity = "100 + child_complexity")]
    async fn policy_publish(&self, ctx: &Context<'_>, input: PolicyInput) -> Result<PolicyPayload> {
        let PolicyInput { text, cases } = input;
        let published = desk(ctx)?.policy_publish(caller(ctx)?, &text, &cases).await.map_err(broken)?;
        Ok(match published {
            Ok(published) => {
                let policy = published.library.library.policies.get(&published.policy).cloned();
                let view =
                    |policy| PolicyView { library: published.library.clone(), policy: Arc::new(policy) };
                let policy = policy.map(|policy| Policy(view(policy)));
                PolicyPayload { policy, repeated: published.repeated, findings: vec![], reason: None }
            }
            Err(wrong) => not_published(ctx, &wrong),
        })
    }
}

fn company_payload(
    ctx: &Context<'_>,
    done: std::result::Result<desk::Company, desk::Refused>,
) -> CompanyPayload {
    match done {
        Ok(company) => CompanyPayload { company: Some(Company(company)), refusal: None },
        Err(refused) => {
            CompanyPayload { company: None, refusal: Some(Refusal::new(&refused, language(ctx))) }
        }
    }
}

fn not_published(ctx: &Context<'_>, wrong: &PolicyNotPublished) -> PolicyPayload {
    let language = language(ctx);
    let findings = match wrong {
        PolicyNotPublished::Findings(findings) => findings.as_slice(),
        _ => &[],
    };
    let finding = |finding: &policy::Finding| {
        let said = match language {
            Language::Zh => finding.flaw.in_chinese(),
            Language::En => finding.flaw.to_string(),
        };
        Finding { line: finding.line, column: finding.column, message: format!("{}: {said}", finding.file) }
    };
    PolicyPayload {
        policy: None,
        repeated: false,
        findings: findings.iter().map(finding).collect(),
        reason: Some(wrong.message(language)),
    }
}
