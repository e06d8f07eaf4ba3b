using DvdStore;
using Spectre.Console;
using Warehouse.Sdk;

using var interrupt = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    interrupt.Cancel();
};

var arguments = new DvdStoreArguments();
try
{
    arguments = DvdStoreArguments.Parse(args);
    if (arguments.Help)
    {
        Console.WriteLine(DvdStoreArguments.Usage);
        return 0;
    }

    await new DvdStoreRun(arguments, AnsiConsole.Console).RunAsync(interrupt.Token);
    return 0;
}
catch (ArgumentException error)
{
    Console.Error.WriteLine(error.Message);
    Console.Error.WriteLine("--help shows the options.");
    return 2;
}
catch (WarehouseException error)
{
    Console.Error.WriteLine(error.Message);
    if (arguments.Data.Count == 0 && error is (WarehouseLoadException or WarehouseSchemaException))
        Console.Error.WriteLine($"A store generated with other options is another store: {arguments.Target.ToStartAnew}, if that is what it holds.");
    return 1;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Stopped. What was committed stays; run the same command again to go on.");
    return 130;
}
