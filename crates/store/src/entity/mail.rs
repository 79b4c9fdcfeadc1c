//! The rows of mails that do not arrive, of what people wish of their mail, and of words for it.

pub(crate) mod undeliverable {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "undeliverable")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub zone_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub address: String,
        pub reason: String,
        pub since: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod mail_discard {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mail_discard")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub zone_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub mail_id: Uuid,
        pub person_id: Uuid,
        pub at: i64,
        pub reason: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod mail_wish {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mail_wish")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub zone_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub template: String,
        pub wish: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod mail_key {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mail_key")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub zone_id: Uuid,
        pub secret: Vec<u8>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod mail_wording {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mail_wording")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub zone_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub template: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub language: String,
        pub subject: String,
        pub happened: String,
        pub next: String,
        pub set_at: i64,
        pub set_by: Uuid,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
