//! The generics of the block are those of the handle. What a method takes or gives must travel; the value need not.
use ::tokio_offload::__private as P;
impl<T: Codec, const N: usize> Port<T, N>
where
    T::Frame: Clone,
{
    #[allow(clippy::missing_const_for_fn)]
    pub fn send(&mut self, frame: T::Frame) -> Result<(), T> {
        self.codec.write(frame)
    }
    #[allow(clippy::missing_const_for_fn)]
    pub fn reset(&mut self) {
        self.codec.reset();
    }
}
/// A handle to one thread that owns a `Port<T, N>`. Its clones reach the same one.
struct Handle<T: Codec, const N: usize>
where
    T::Frame: Clone,
{
    owner: P::Owner<Port<T, N>>,
}
impl<T: Codec, const N: usize> Handle<T, N>
where
    T::Frame: Clone,
    T: 'static,
{
    #[allow(
        clippy::implicit_return,
        clippy::shadow_reuse,
        clippy::shadow_unrelated,
        clippy::result_large_err
    )]
    pub fn send(&self, frame: T::Frame) -> ::tokio_offload::Offload<Result<(), T>>
    where
        T: ::core::marker::Send + 'static,
        T::Frame: ::core::marker::Send + 'static,
    {
        P::call2::<
            _,
            _,
            Result<(), T>,
        >(
            || {
                static SITE: P::Site = P::Site::new(
                    "send",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &SITE
            },
            P::on_owner(&self.owner),
            P::loan(&self.owner),
            P::stay(frame),
            |__offload_loan, frame| -> Result<(), T> {
                __offload_loan.with(|__self| <Port<T, N>>::send(__self, frame))
            },
        )
    }
    #[allow(clippy::implicit_return)]
    pub fn reset(&self) -> ::tokio_offload::Offload<()> {
        P::call1::<
            _,
            (),
        >(
            || {
                static SITE: P::Site = P::Site::new(
                    "reset",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &SITE
            },
            P::on_owner(&self.owner),
            P::loan(&self.owner),
            |__offload_loan| -> () {
                __offload_loan.with(|__self| <Port<T, N>>::reset(__self))
            },
        )
    }
}
impl<T: Codec, const N: usize> ::core::clone::Clone for Handle<T, N>
where
    T::Frame: Clone,
{
    fn clone(&self) -> Self {
        Self {
            owner: ::core::clone::Clone::clone(&self.owner),
        }
    }
}
impl<T: Codec, const N: usize> ::core::fmt::Debug for Handle<T, N>
where
    T::Frame: Clone,
{
    fn fmt(&self, __offload_f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::fmt::Debug::fmt(&self.owner, __offload_f)
    }
}
impl<T: Codec, const N: usize> ::core::convert::From<P::Owner<Port<T, N>>>
for Handle<T, N>
where
    T::Frame: Clone,
{
    fn from(__offload_owner: P::Owner<Port<T, N>>) -> Self {
        Self { owner: __offload_owner }
    }
}
impl<T: Codec, const N: usize> ::core::convert::From<Handle<T, N>>
for P::Owner<Port<T, N>>
where
    T::Frame: Clone,
{
    fn from(__offload_handle: Handle<T, N>) -> Self {
        __offload_handle.owner
    }
}
