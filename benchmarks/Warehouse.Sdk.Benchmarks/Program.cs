using System.IO.Compression;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using Warehouse.Sdk.Benchmarks.Comparing;
using Warehouse.Sdk.Benchmarks.Curves;
using Warehouse.Sdk.Benchmarks.DuckDb;
using Warehouse.Sdk.Benchmarks.Facts;
using Warehouse.Sdk.Benchmarks.History;
using Warehouse.Sdk.Benchmarks.Ledger;
using Warehouse.Sdk.Benchmarks.Memory;
using Warehouse.Sdk.Benchmarks.Postgres;
using Warehouse.Sdk.Benchmarks.Readme;
using Warehouse.Sdk.Benchmarks.S3;
using Warehouse.Sdk.Benchmarks.Snowflake;
using Warehouse.Sdk.Benchmarks.Staging;
using Warehouse.Sdk.Benchmarks.Steps;
using Warehouse.Sdk.Benchmarks.Workloads;

if (args is ["compare", .. string[] options])
    return await new CompareCommand([.. DuckDbComparisons.All, .. PostgresComparisons.All, .. HistoryComparisons.All, .. FactComparisons.All, .. S3Comparisons.All, .. SnowflakeComparisons.All, () => new RowsOntoStage(CompressionLevel.Optimal), () => new RowsOntoStage(CompressionLevel.Fastest)]).RunAsync(options);
if (args is ["steps", .. string[] engineAndSizes])
    return await StepsCommand.RunAsync(engineAndSizes);
if (args is ["curve", .. string[] curves])
    return await CurveCommand.RunAsync(curves);
if (args is ["memory", .. string[] sizes])
    return await MemoryCommand.RunAsync(sizes);
if (args is ["workload", .. string[] workload])
    return await WorkloadCommand.RunAsync(workload);
if (args is ["ledger", .. string[] ledger])
    return await LedgerCommand.RunAsync(ledger);
if (args is ["s3", .. string[] counts])
    return await S3Command.RunAsync(counts);
if (args is ["readme", .. string[] readme])
    return await ReadmeCommand.RunAsync(readme);

// The measured program is built with all that it references; on a machine with other work that takes longer than the two minutes it would be given.
ManualConfig config = ManualConfig.Create(DefaultConfig.Instance);
config.BuildTimeout = TimeSpan.FromMinutes(10);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
return 0;
