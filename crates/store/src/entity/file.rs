//! The rows of the company file, and of what policies say of it.

pub(crate) mod company {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "company")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub zone_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub credit_code: Option<String>,
        pub facts: String,
        pub place: Option<String>,
        pub import_id: Option<Uuid>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod company_tag {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "company_tag")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub zone_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub company_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub tag: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[expect(clippy::struct_field_names, reason = "columns are called what they are called in every table")]
pub(crate) mod company_specialist {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "company_specialist")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub zone_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub company_id: Uuid,
        pub person_id: Uuid,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod company_contact {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "company_contact")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub zone_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub company_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub place: i64,
        pub name: String,
        pub post: Option<String>,
        pub phone: Option<String>,
        pub email: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod fact_import {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "fact_import")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub zone_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub person_id: Uuid,
        pub name: String,
        pub token_hash: Vec<u8>,
        pub expires_at: i64,
        pub content: Option<Vec<u8>>,
        pub digest: Option<String>,
        pub uploaded_at: Option<i64>,
        pub summary: Option<String>,
        pub applied_at: Option<i64>,
        pub undone_at: Option<i64>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod fact {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "fact")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub zone_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub company_id: Uuid,
        pub field: String,
        pub period_from: Option<String>,
        pub period_to: Option<String>,
        pub value: String,
        pub source: String,
        pub stated_on: String,
        pub confidence: String,
        pub author_id: Option<Uuid>,
        pub self_declared: bool,
        pub import_id: Option<Uuid>,
        pub recorded_at: i64,
        pub withdrawn_at: Option<i64>,
        pub withdrawn_by: Option<Uuid>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod policy_source {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "policy_source")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub zone_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub policy: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub version: i64,
        pub text: String,
        pub cases: String,
        pub digest: String,
        pub published_at: i64,
        pub published_by: Option<Uuid>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod policy_fit {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "policy_fit")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub zone_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub policy: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub company_id: Uuid,
        pub digest: String,
        pub verdict: String,
        pub near: bool,
        pub truths: String,
        pub amount: Option<i64>,
        pub closes_on: String,
        pub lacks: String,
        pub as_of: String,
        pub matched_at: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod policy_round {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "policy_round")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub zone_id: Uuid,
        pub digest: String,
        pub as_of: String,
        pub company_id: Option<Uuid>,
        pub matched: i64,
        pub finished_at: Option<i64>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
