using RetailInventory;
using Samples;
using Spectre.Console;

const string About = """
    Loads a retailer's sales from catalog and web, its customers and its stock, and says how many weeks the stock lasts.

      dotnet run --project samples/RetailInventory -- [options]
    """;
return await SampleProgram.RunAsync(args, About, new DuckDbTarget("retail.duckdb"), (arguments, cancellationToken) => new RetailRun(arguments, AnsiConsole.Console).RunAsync(cancellationToken));
