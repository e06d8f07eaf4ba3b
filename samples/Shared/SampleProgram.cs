using Warehouse.Sdk;

namespace Samples;

/// <summary>Runs a small sample: options in, an exit code out, and errors in words.</summary>
public static class SampleProgram
{
    /// <summary>0 when it went through, 1 when a load failed, 2 when the options are wrong, 130 when it was stopped.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> words, string about, SampleTarget target, Func<SampleArguments, CancellationToken, Task> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        using var interrupt = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            interrupt.Cancel();
        };
        try
        {
            var arguments = SampleArguments.Parse(words, target);
            if (arguments.Help)
                Console.WriteLine($"{about}\n\n{SampleArguments.Options}");
            else
                await run(arguments, interrupt.Token);
            return 0;
        }
        catch (ArgumentException error)
        {
            Console.Error.WriteLine($"{error.Message}\n--help shows the options.");
            return 2;
        }
        catch (WarehouseException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Stopped. What was committed stays; run the same command again to go on.");
            return 130;
        }
    }
}
