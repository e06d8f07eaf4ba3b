namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>A task, as it was written. No clock runs it: EXECUTE TASK does.</summary>
internal sealed record EmulatedTask(string? Stream, string Body, bool IsStarted);
