//! The rows of mails that do not arrive.

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
