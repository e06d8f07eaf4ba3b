namespace Warehouse.Sdk.Conformance;

/// <summary>Lets a load fail at its first call of the engine, then at its second, and so on until it gets through.</summary>
internal static class CrashEverywhere
{
    /// <returns>The number of attempts.</returns>
    public static Task<int> RunAsync(HookedProvider provider, Func<Task> load, Func<Task> expectUnchanged)
        => UntilSuccessAsync(provider, FailAt, load, error =>
        {
            error.Should().BeOfType<WarehouseLoadException>().Which.InnerException.Should().BeOfType<InjectedException>();
            return expectUnchanged();
        });

    /// <summary>Disturbs the first call, then the second, and so on until nothing is left to disturb.</summary>
    /// <returns>The number of attempts.</returns>
    public static async Task<int> UntilSuccessAsync(HookedProvider provider, Func<int, Action<int>> disturb, Func<Task> run, Func<Exception, Task> check)
    {
        for (int call = 1; ; call++)
        {
            provider.BeforeCall = disturb(call);
            Exception? error = await Record.ExceptionAsync(run);
            bool isThrough = provider.Calls < call;
            provider.BeforeCall = null;
            if (isThrough)
            {
                error.Should().BeNull();
                return call;
            }

            error.Should().NotBeNull("call {0} was disturbed", call);
            await check(error!);
        }
    }

    public static Action<int> FailAt(int call) => number =>
    {
        if (number == call)
            throw new InjectedException();
    };
}
