using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

/// <summary>The stage of an embedded warehouse; which engine loads from it does not matter to it.</summary>
public sealed class LocalStageClientTests : LocalStageTests;
