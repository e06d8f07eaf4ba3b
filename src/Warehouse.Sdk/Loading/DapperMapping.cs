using System.Data;
using System.Globalization;
using System.Reflection;
using Dapper;

namespace Warehouse.Sdk;

/// <summary>Teaches Dapper what it does not know: snake case, dates without a time, times without a date, instants with an offset,
/// bytes that come as a stream, and what an engine without such a type keeps as text.</summary>
internal static class DapperMapping
{
    private static readonly Lock Gate = new();
    private static bool _isRegistered;

    public static void Register()
    {
        lock (Gate)
        {
            if (_isRegistered)
                return;
            DefaultTypeMap.MatchNamesWithUnderscores = true;
            Func<Type, SqlMapper.ITypeMap> known = SqlMapper.TypeMapProvider;
            SqlMapper.TypeMapProvider = type => new RecordMap(type, known(type));
            SqlMapper.AddTypeHandler(new DateOnlyHandler());
            SqlMapper.AddTypeHandler(new TimeOnlyHandler());
            SqlMapper.AddTypeHandler(new DateTimeOffsetHandler());
            SqlMapper.AddTypeHandler(new DateTimeHandler());
            SqlMapper.AddTypeHandler(new TimeSpanHandler());
            SqlMapper.AddTypeHandler(new GuidHandler());
            SqlMapper.AddTypeHandler(new BytesHandler());
            _isRegistered = true;
        }
    }

    /// <summary>Where an application may make no code at run time, loads work and rows are not mapped to types.</summary>
    public static WarehouseException NeedsDynamicCode(Type row, PlatformNotSupportedException error)
        => new($"The rows of a query cannot be mapped to {row.Name}: that takes code generated at run time, and this application is built without it. Nothing was changed, and loads work. In a script of one file add the line '#:property PublishAot=false'; in a project set PublishAot to false, or read the rows yourself.", error);

    /// <summary>Engines differ in the width of whole numbers: a record is made by its names, and Dapper converts the values.</summary>
    private sealed class RecordMap(Type type, SqlMapper.ITypeMap known) : SqlMapper.ITypeMap
    {
        public ConstructorInfo? FindConstructor(string[] names, Type[] types)
            => known.FindConstructor(names, types) ?? Array.Find(type.GetConstructors(), constructor => constructor.GetParameters() is var parameters
                && parameters.Length == names.Length
                && parameters.Zip(names).All(pair => string.Equals(pair.First.Name, pair.Second.Replace("_", string.Empty, StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)));

        public ConstructorInfo? FindExplicitConstructor() => known.FindExplicitConstructor();

        public SqlMapper.IMemberMap? GetConstructorParameter(ConstructorInfo constructor, string columnName) => known.GetConstructorParameter(constructor, columnName);

        public SqlMapper.IMemberMap? GetMember(string columnName) => known.GetMember(columnName);
    }

    private sealed class DateOnlyHandler : SqlMapper.TypeHandler<DateOnly>
    {
        public override DateOnly Parse(object value) => value is DateOnly date ? date : DateOnly.FromDateTime((DateTime)value);

        public override void SetValue(IDbDataParameter parameter, DateOnly value) => parameter.Value = value;
    }

    private sealed class DateTimeOffsetHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        // Timestamps are in UTC whether or not their type says so.
        public override DateTimeOffset Parse(object value) => value is DateTimeOffset instant ? instant : new DateTimeOffset(ReadExpression.ToUtc((DateTime)value).Ticks, TimeSpan.Zero);

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value;
    }

    private sealed class DateTimeHandler : SqlMapper.TypeHandler<DateTime>
    {
        public override DateTime Parse(object value) => value is DateTimeOffset instant ? instant.UtcDateTime : value is DateOnly date ? date.ToDateTime(TimeOnly.MinValue) : (DateTime)value;

        public override void SetValue(IDbDataParameter parameter, DateTime value) => parameter.Value = value;
    }

    private sealed class TimeSpanHandler : SqlMapper.TypeHandler<TimeSpan>
    {
        public override TimeSpan Parse(object value) => value is string text ? TimeSpan.ParseExact(text, "c", CultureInfo.InvariantCulture) : (TimeSpan)value;

        public override void SetValue(IDbDataParameter parameter, TimeSpan value) => parameter.Value = value;
    }

    private sealed class GuidHandler : SqlMapper.TypeHandler<Guid>
    {
        public override Guid Parse(object value) => value is string text ? Guid.Parse(text) : (Guid)value;

        public override void SetValue(IDbDataParameter parameter, Guid value) => parameter.Value = value;
    }

    private sealed class BytesHandler : SqlMapper.TypeHandler<byte[]>
    {
        public override byte[] Parse(object value)
        {
            if (value is not Stream stream)
                return (byte[])value;
            using (stream)
            {
                byte[] bytes = new byte[stream.Length];
                stream.ReadExactly(bytes);
                return bytes;
            }
        }

        public override void SetValue(IDbDataParameter parameter, byte[]? value) => parameter.Value = value;
    }

    private sealed class TimeOnlyHandler : SqlMapper.TypeHandler<TimeOnly>
    {
        public override TimeOnly Parse(object value) => value is TimeOnly time ? time : value is DateTime day ? TimeOnly.FromDateTime(day) : TimeOnly.FromTimeSpan((TimeSpan)value);

        public override void SetValue(IDbDataParameter parameter, TimeOnly value) => parameter.Value = value;
    }
}
