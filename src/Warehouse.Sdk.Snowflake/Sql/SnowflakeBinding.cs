using System.Data;
using System.Data.Common;
using System.Globalization;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Values by position, in types that the driver knows.</summary>
internal static class SnowflakeBinding
{
    public static void Bind(DbCommand command, string text, IReadOnlyDictionary<string, object?> parameters)
    {
        var (positional, names) = SnowflakeParameters.ToPositional(text);
        command.CommandText = positional;
        for (int position = 0; position < names.Count; position++)
        {
            DbParameter parameter = command.CreateParameter();
            parameter.ParameterName = (position + 1).ToString(CultureInfo.InvariantCulture);
            (parameter.Value, parameter.DbType) = Value(parameters.TryGetValue(names[position], out object? value) ? value : null);
            command.Parameters.Add(parameter);
        }
    }

    private static (object Value, DbType Type) Value(object? value) => value switch
    {
        null or DBNull => (DBNull.Value, DbType.String),
        bool flag => (flag, DbType.Boolean),
        byte or sbyte or short or ushort or int or uint or long => (Convert.ToInt64(value, CultureInfo.InvariantCulture), DbType.Int64),
        decimal number => (number, DbType.Decimal),
        float or double => (Convert.ToDouble(value, CultureInfo.InvariantCulture), DbType.Double),
        DateTime time => (DateTime.SpecifyKind(time, DateTimeKind.Unspecified), DbType.DateTime),
        DateTimeOffset time => (time, DbType.DateTimeOffset),
        DateOnly date => (date.ToDateTime(TimeOnly.MinValue), DbType.Date),
        byte[] bytes => (bytes, DbType.Binary),
        string text => (text, DbType.String),
        _ => (InvariantText.Of(value), DbType.String),
    };
}
