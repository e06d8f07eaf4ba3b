using System.Collections;
using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>A statement. PUT and GET run on the synchronous path only, as in the driver.</summary>
public sealed class SnowflakeEmulatorCommand : DbCommand
{
    private readonly ParameterList _parameters = new();

    [AllowNull]
    public override string CommandText { get; set; } = string.Empty;

    public override int CommandTimeout { get; set; }

    public override CommandType CommandType { get; set; } = CommandType.Text;

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource { get; set; }

    protected override DbConnection? DbConnection { get; set; }

    protected override DbParameterCollection DbParameterCollection => _parameters;

    protected override DbTransaction? DbTransaction { get; set; }

    public override void Cancel() => (DbConnection as SnowflakeEmulatorConnection)?.Session.Cancel();

    public override void Prepare() => throw new NotSupportedException();

    public override int ExecuteNonQuery()
    {
        using EmulatedResult result = Run();
        return IsTransfer ? 0 : result.Affected;
    }

    public override object? ExecuteScalar()
    {
        using DbDataReader reader = ExecuteReader();
        return reader.Read() && reader.FieldCount > 0 ? reader.GetValue(0) : null;
    }

    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken)
    {
        RefuseTransfer();
        return RunAsync(ExecuteNonQuery, cancellationToken);
    }

    protected override Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        RefuseTransfer();
        return RunAsync(() => ExecuteDbDataReader(behavior), cancellationToken);
    }

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => new SnowflakeEmulatorReader(Run());

    protected override DbParameter CreateDbParameter() => new SnowflakeEmulatorParameter();

    private bool IsTransfer => Tokenizer.Read(CommandText) is [{ Value: "PUT" or "GET" }, ..];

    private void RefuseTransfer()
    {
        if (IsTransfer)
            throw new NotImplementedException("Get and Put are not supported in async mode.");
    }

    private async Task<T> RunAsync<T>(Func<T> run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using CancellationTokenRegistration registration = cancellationToken.Register(Cancel);
        try
        {
            return await Task.Run(run, CancellationToken.None);
        }
        catch (SnowflakeEmulatorException error) when (error.ErrorCode == 604 && cancellationToken.IsCancellationRequested)
        {
            throw new TaskCanceledException(error.Message, error, cancellationToken);
        }
    }

    private EmulatedResult Run() => ((SnowflakeEmulatorConnection)DbConnection!).Session.Run(CommandText, [.. _parameters.InOrder().Select(parameter => ToDuckDb(parameter.Value))]);

    private static object? ToDuckDb(object? value) => value switch
    {
        DateOnly or TimeOnly or TimeSpan or Guid => throw new SnowflakeEmulatorException(270003, "0A000", $"No corresponding Snowflake type for type {value.GetType()}."),
        DBNull => null,
        _ => value,
    };

    private sealed class ParameterList : DbParameterCollection
    {
        private readonly List<SnowflakeEmulatorParameter> _list = [];

        public override int Count => _list.Count;

        public override object SyncRoot => _list;

        public IEnumerable<SnowflakeEmulatorParameter> InOrder()
            => _list.All(parameter => int.TryParse(parameter.ParameterName, out _)) ? _list.OrderBy(parameter => int.Parse(parameter.ParameterName, System.Globalization.CultureInfo.InvariantCulture)) : _list;

        public override int Add(object value)
        {
            _list.Add((SnowflakeEmulatorParameter)value);
            return _list.Count - 1;
        }

        public override void AddRange(Array values)
        {
            foreach (object value in values)
                Add(value);
        }

        public override void Clear() => _list.Clear();

        public override bool Contains(object value) => _list.Contains((SnowflakeEmulatorParameter)value);

        public override bool Contains(string value) => IndexOf(value) >= 0;

        public override void CopyTo(Array array, int index) => ((ICollection)_list).CopyTo(array, index);

        public override IEnumerator GetEnumerator() => _list.GetEnumerator();

        public override int IndexOf(object value) => _list.IndexOf((SnowflakeEmulatorParameter)value);

        public override int IndexOf(string parameterName) => _list.FindIndex(parameter => parameter.ParameterName == parameterName);

        public override void Insert(int index, object value) => _list.Insert(index, (SnowflakeEmulatorParameter)value);

        public override void Remove(object value) => _list.Remove((SnowflakeEmulatorParameter)value);

        public override void RemoveAt(int index) => _list.RemoveAt(index);

        public override void RemoveAt(string parameterName) => _list.RemoveAt(IndexOf(parameterName));

        protected override DbParameter GetParameter(int index) => _list[index];

        protected override DbParameter GetParameter(string parameterName) => _list[IndexOf(parameterName)];

        protected override void SetParameter(int index, DbParameter value) => _list[index] = (SnowflakeEmulatorParameter)value;

        protected override void SetParameter(string parameterName, DbParameter value) => _list[IndexOf(parameterName)] = (SnowflakeEmulatorParameter)value;
    }
}

/// <summary>A value that is bound to <c>?</c> by its number.</summary>
public sealed class SnowflakeEmulatorParameter : DbParameter
{
    public override DbType DbType { get; set; }

    public override ParameterDirection Direction { get; set; } = ParameterDirection.Input;

    public override bool IsNullable { get; set; }

    [AllowNull]
    public override string ParameterName { get; set; } = string.Empty;

    public override int Size { get; set; }

    [AllowNull]
    public override string SourceColumn { get; set; } = string.Empty;

    public override bool SourceColumnNullMapping { get; set; }

    public override object? Value { get; set; }

    public override void ResetDbType() => DbType = DbType.String;
}
