//! A handle to the thread that owns the value: methods run there, and constructors start it.

#[offload(owner = pub DbHandle)]
impl Db {
    /// Opens the file.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { file: File::open(path)?, rows: Rc::default() })
    }

    pub fn in_memory() -> Self {
        Self::default()
    }

    /// Adds rows.
    pub fn insert(&mut self, rows: Vec<Row>, _note: Option<&str>) -> usize {
        self.rows.extend(rows);
        self.len()
    }

    #[offload(skip)]
    pub fn into_file(self) -> File {
        self.file
    }

    fn len(&self) -> usize {
        self.rows.len()
    }
}
