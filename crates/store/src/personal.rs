//! The data of one person: what there is of it, and its erasure.
use crate::connection::{Store, Tx};
use crate::decode;
use crate::entity::{
    absence, account, attachment, case_assignment, case_event, case_file, company_specialist, idempotency,
    invitation, looker, mail_wish, note, outbox, person, person_post, ticket, undeliverable, watcher,
};
use crate::error::StoreError;
use crate::outbox::MailState;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, RelationDef,
};
use workflow::ids::{PersonId, ZoneId};

/// What a person did and what reached them, each list the newest first. Instants are microseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonalTraces {
    /// Cases they opened: number, title, when.
    pub opened: Vec<(String, String, i64)>,
    /// Steps they took: the case's number, the action, when.
    pub acts: Vec<(String, String, i64)>,
    /// Notes they wrote: the case's number, the text, when.
    pub notes: Vec<(String, String, i64)>,
    /// Files they brought: the case's number, the file's name, when.
    pub files: Vec<(String, String, i64)>,
    /// Mails to them: the template, the address, when it was written.
    pub mails: Vec<(String, String, i64)>,
}

/// What stands where somebody was who is erased.
#[derive(Debug, Clone, Copy)]
pub struct Erased<'e> {
    /// What nobody signs in with.
    pub login: &'e str,
    /// What is shown for a name.
    pub name: &'e str,
    /// The hash of a password that nobody knows.
    pub password_hash: &'e str,
}

impl Store {
    /// What a person did and what reached them, up to `most` of each kind.
    ///
    /// # Errors
    /// What the database says.
    pub async fn personal_traces(
        &self,
        zone: ZoneId,
        person: PersonId,
        most: u64,
    ) -> Result<PersonalTraces, StoreError> {
        let opened = case_file::Entity::find().select_only().column(case_file::Column::Number);
        let opened = opened.column(case_file::Column::Title).column(case_file::Column::OpenedAt);
        let theirs = case_file::Column::ZoneId.eq(zone.0).and(case_file::Column::OpenerId.eq(person.0));
        let opened = opened.filter(theirs).order_by_desc(case_file::Column::OpenedAt).limit(most);

        let acts = case_event::Entity::find().select_only().column(case_file::Column::Number);
        let acts = acts.column(case_event::Column::Action).column(case_event::Column::At);
        let theirs = case_event::Column::ZoneId.eq(zone.0).and(case_event::Column::ActorId.eq(person.0));
        let to = (case_file::Column::ZoneId, case_file::Column::Id);
        let from = (case_event::Column::ZoneId, case_event::Column::CaseId);
        let case: RelationDef = case_event::Entity::belongs_to(case_file::Entity).from(from).to(to).into();
        let acts = acts.join(JoinType::InnerJoin, case).filter(theirs);
        let acts = acts.order_by_desc(case_event::Column::At).limit(most);

        let notes = note::Entity::find().select_only().column(case_file::Column::Number);
        let notes = notes.column(note::Column::Text).column(note::Column::At);
        let theirs = note::Column::ZoneId.eq(zone.0).and(note::Column::AuthorId.eq(person.0));
        let from = (note::Column::ZoneId, note::Column::CaseId);
        let case: RelationDef = note::Entity::belongs_to(case_file::Entity).from(from).to(to).into();
        let notes = notes.join(JoinType::InnerJoin, case).filter(theirs);
        let notes = notes.order_by_desc(note::Column::At).limit(most);

        let files = attachment::Entity::find().select_only().column(case_file::Column::Number);
        let files = files.column(attachment::Column::Name).column(attachment::Column::UploadedAt);
        let theirs = attachment::Column::ZoneId.eq(zone.0).and(attachment::Column::AuthorId.eq(person.0));
        let theirs = theirs.and(attachment::Column::UploadedAt.is_not_null());
        let from = (attachment::Column::ZoneId, attachment::Column::CaseId);
        let case: RelationDef = attachment::Entity::belongs_to(case_file::Entity).from(from).to(to).into();
        let files = files.join(JoinType::InnerJoin, case).filter(theirs);
        let files = files.order_by_desc(attachment::Column::UploadedAt).limit(most);

        let mails = outbox::Entity::find().select_only().column(outbox::Column::Template);
        let mails = mails.column(outbox::Column::Address).column(outbox::Column::CreatedAt);
        let theirs = outbox::Column::ZoneId.eq(zone.0).and(outbox::Column::RecipientId.eq(person.0));
        let mails = mails.filter(theirs).order_by_desc(outbox::Column::CreatedAt).limit(most);
        let reading = &self.reading(zone).await?;
        Ok(PersonalTraces {
            opened: opened.into_tuple().all(reading).await?,
            acts: acts.into_tuple().all(reading).await?,
            notes: notes.into_tuple().all(reading).await?,
            files: files.into_tuple().all(reading).await?,
            mails: mails.into_tuple().all(reading).await?,
        })
    }
}

impl Tx {
    /// Counts the cases still open that a person, and no unit, has in hand.
    ///
    /// # Errors
    /// What the database says.
    pub async fn case_in_hand_count(&self, person: PersonId) -> Result<u64, StoreError> {
        use case_assignment::Column;
        let theirs = Column::ZoneId.eq(self.zone.0).and(Column::PersonId.eq(person.0));
        let held =
            Query::select().column(Column::CaseId).from(case_assignment::Entity).and_where(theirs).take();
        let open = case_file::Column::ZoneId.eq(self.zone.0).and(case_file::Column::ClosedAt.is_null());
        let open = open.and(case_file::Column::Id.in_subquery(held));
        Ok(case_file::Entity::find().filter(open).count(&self.transaction).await?)
    }

    /// Erases a person: what they sign in with, where mail goes, what was mailed to them, and the words of reasons
    /// about them. Their id stays, since histories name it, and says nothing any more.
    ///
    /// # Errors
    /// What the database says.
    pub async fn person_erase(&self, person: PersonId, left: Erased<'_>) -> Result<(), StoreError> {
        self.session_end(person, None).await?;
        self.api_token_delete(person, None).await?;
        self.factor_set(person, None).await?;
        let (zone, database) = (self.zone.0, &self.transaction);
        macro_rules! forget {
            ($($entity:ident.$column:ident)*) => {
                $(let theirs = $entity::Column::ZoneId.eq(zone).and($entity::Column::$column.eq(person.0));
                $entity::Entity::delete_many().filter(theirs).exec(database).await?;)*
            };
        }
        forget! {
            account.PersonId ticket.PersonId absence.PersonId mail_wish.PersonId watcher.PersonId looker.PersonId
            idempotency.PersonId invitation.InviterId company_specialist.PersonId
            person_post.PersonId
        }
        self.address_forget(person).await?;
        self.person_roles_set(person, &[]).await?;
        self.person_record_words_erase(person).await?;
        let this = person::Column::ZoneId.eq(zone).and(person::Column::Id.eq(person.0));
        let update = person::Entity::update_many().col_expr(person::Column::Login, Expr::value(left.login));
        let update = update.col_expr(person::Column::Name, Expr::value(left.name));
        let update = update.col_expr(person::Column::Email, Expr::value(None::<String>));
        let update = update.col_expr(person::Column::PasswordHash, Expr::value(left.password_hash));
        update.filter(this).exec(database).await?;
        self.mails_erase(person, left.name).await
    }

    /// What is kept under their address: that nobody is there, and invitations to it.
    async fn address_forget(&self, person: PersonId) -> Result<(), StoreError> {
        let row =
            decode::row_find(&self.transaction, person::Entity::find_by_id((self.zone.0, person.0))).await?;
        let Some(email) = row.and_then(|row| row.email) else { return Ok(()) };
        let this = undeliverable::Column::ZoneId.eq(self.zone.0);
        let this = this.and(undeliverable::Column::Address.eq(email.to_lowercase()));
        undeliverable::Entity::delete_many().filter(this).exec(&self.transaction).await?;
        let these = invitation::Column::ZoneId.eq(self.zone.0).and(invitation::Column::Email.eq(email));
        invitation::Entity::delete_many().filter(these).exec(&self.transaction).await?;
        Ok(())
    }

    /// What waits for them is given up, and of what left only that something did stays.
    async fn mails_erase(&self, person: PersonId, name: &str) -> Result<(), StoreError> {
        use outbox::{Column, Entity};
        let theirs = || Column::ZoneId.eq(self.zone.0).and(Column::RecipientId.eq(person.0));
        let waits = theirs().and(Column::State.eq(MailState::Queued.as_str()));
        let update = Entity::update_many().col_expr(Column::State, Expr::value(MailState::Dead.as_str()));
        let update = update.col_expr(Column::Error, Expr::value("the recipient was erased"));
        // Whoever is sending it finds the lease lost.
        let update = update.col_expr(Column::Generation, Expr::col(Column::Generation).add(1));
        update.filter(waits).exec(&self.transaction).await?;
        let update = Entity::update_many().col_expr(Column::Address, Expr::value(""));
        let update = update.col_expr(Column::Name, Expr::value(name));
        let update = update.col_expr(Column::Context, Expr::value("{}"));
        update.filter(theirs()).exec(&self.transaction).await?;
        Ok(())
    }

    /// Forgets to whom mails went and what they said that left before this; answers of how many.
    ///
    /// # Errors
    /// What the database says.
    pub async fn mails_forget(&self, before: Timestamp) -> Result<u64, StoreError> {
        use outbox::{Column, Entity};
        let old = Column::ZoneId.eq(self.zone.0).and(Column::State.eq(MailState::Sent.as_str()));
        let old = old.and(Column::SentAt.lt(before.as_microsecond())).and(Column::Address.ne(""));
        let update = Entity::update_many().col_expr(Column::Address, Expr::value(""));
        let update = update.col_expr(Column::Name, Expr::value(""));
        let update = update.col_expr(Column::Context, Expr::value("{}"));
        Ok(update.filter(old).exec(&self.transaction).await?.rows_affected)
    }
}
