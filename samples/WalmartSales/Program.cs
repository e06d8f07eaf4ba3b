using Samples;
using Spectre.Console;
using WalmartSales;

const string About = """
    Loads daily sales and stock of stores: a first delivery, a second one that completes its last day, and one that sends rows again.

      dotnet run --project samples/WalmartSales -- [options]
    """;
return await SampleProgram.RunAsync(args, About, new DuckDbTarget("walmart.duckdb"), (arguments, cancellationToken) => new WalmartRun(arguments, AnsiConsole.Console).RunAsync(cancellationToken));
