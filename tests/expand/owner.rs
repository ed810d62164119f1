//! A handle to the thread that owns the value: methods run there, and constructors start it.
use ::tokio_offload::__private as P;
impl Db {
    #[allow(clippy::missing_const_for_fn)]
    /// Opens the file.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self {
            file: File::open(path)?,
            rows: Rc::default(),
        })
    }
    #[allow(clippy::missing_const_for_fn)]
    pub fn in_memory() -> Self {
        Self::default()
    }
    #[allow(clippy::missing_const_for_fn)]
    /// Adds rows.
    pub fn insert(&mut self, rows: Vec<Row>, _note: Option<&str>) -> usize {
        self.rows.extend(rows);
        self.len()
    }
    pub fn into_file(self) -> File {
        self.file
    }
    fn len(&self) -> usize {
        self.rows.len()
    }
}
/// A handle to one thread that owns a `Db`. Its clones reach the same one.
pub struct DbHandle {
    owner: P::Owner<Db>,
}
impl DbHandle {
    /// Opens the file.
    #[allow(
        clippy::implicit_return,
        clippy::shadow_reuse,
        clippy::shadow_unrelated,
        clippy::result_large_err
    )]
    pub fn open(path: &Path) -> ::tokio_offload::Offload<io::Result<Self>> {
        let (__offload_on, __offload_builder) = P::new_owner();
        P::call2::<
            _,
            _,
            io::Result<Self>,
        >(
            || {
                static SITE: P::Site = P::Site::new(
                    "open",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &SITE
            },
            __offload_on,
            __offload_builder,
            P::own::<_, _>(path),
            |__offload_builder, path| -> io::Result<Self> {
                let path: &Path = P::lend::<_, _>(&path);
                P::build::<
                    Db,
                    _,
                    _,
                >(
                    Db::open(path),
                    |__offload_value| Self {
                        owner: __offload_builder.keep(__offload_value),
                    },
                )
            },
        )
    }
    #[allow(clippy::implicit_return)]
    pub fn in_memory() -> ::tokio_offload::Offload<Self> {
        let (__offload_on, __offload_builder) = P::new_owner();
        P::call1::<
            _,
            Self,
        >(
            || {
                static SITE: P::Site = P::Site::new(
                    "in_memory",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &SITE
            },
            __offload_on,
            __offload_builder,
            |__offload_builder| -> Self {
                Self {
                    owner: __offload_builder.keep(Db::in_memory()),
                }
            },
        )
    }
    /// Adds rows.
    #[allow(clippy::implicit_return, clippy::shadow_reuse, clippy::shadow_unrelated)]
    pub fn insert(
        &self,
        rows: Vec<Row>,
        _note: Option<&str>,
    ) -> ::tokio_offload::Offload<usize> {
        P::call3::<
            _,
            Vec<Row>,
            _,
            usize,
        >(
            || {
                static SITE: P::Site = P::Site::new(
                    "insert",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &SITE
            },
            P::on_owner(&self.owner),
            P::loan(&self.owner),
            P::stay(rows),
            P::own_opt::<str, _>(_note),
            |__offload_loan, rows, _note| -> usize {
                let _note: ::core::option::Option<&str> = P::lend_opt::<str, _>(&_note);
                __offload_loan.with(|__self| Db::insert(__self, rows, _note))
            },
        )
    }
}
impl ::core::clone::Clone for DbHandle {
    fn clone(&self) -> Self {
        Self {
            owner: ::core::clone::Clone::clone(&self.owner),
        }
    }
}
impl ::core::fmt::Debug for DbHandle {
    fn fmt(&self, __offload_f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::fmt::Debug::fmt(&self.owner, __offload_f)
    }
}
impl ::core::convert::From<P::Owner<Db>> for DbHandle {
    fn from(__offload_owner: P::Owner<Db>) -> Self {
        Self { owner: __offload_owner }
    }
}
impl ::core::convert::From<DbHandle> for P::Owner<Db> {
    fn from(__offload_handle: DbHandle) -> Self {
        __offload_handle.owner
    }
}
