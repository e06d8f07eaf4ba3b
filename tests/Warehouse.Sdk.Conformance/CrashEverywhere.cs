namespace Warehouse.Sdk.Conformance;

/// <summary>Lets a load fail at its first call of the engine, then at its second, and so on until it gets through.</summary>
internal static class CrashEverywhere
{
    /// <returns>The number of attempts.</returns>
    public static async Task<int> RunAsync(HookedProvider provider, Func<Task> load, Func<Task> expectUnchanged)
    {
        for (int call = 1; ; call++)
        {
            int failing = call;
            provider.BeforeCall = number =>
            {
                if (number == failing)
                    throw new InjectedException();
            };
            Exception? error = await Record.ExceptionAsync(load);
            bool isThrough = provider.Calls < call;
            provider.BeforeCall = null;
            if (isThrough)
            {
                error.Should().BeNull();
                return call;
            }

            error.Should().BeOfType<WarehouseLoadException>().Which.InnerException.Should().BeOfType<InjectedException>();
            await expectUnchanged();
        }
    }
}
