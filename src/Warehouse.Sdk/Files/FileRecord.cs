namespace Warehouse.Sdk;

/// <summary>
/// The record a reader stands on. Feeds call <c>IsNull(int)</c> and <c>Get</c> with the kind of the column on the type derived from it; what the file's
/// path and place give is read here.
/// </summary>
internal abstract class FileRecord
{
    private string?[] _place = [];

    /// <summary>The line or number of the record in its file, from 1.</summary>
    public long Line { get; internal set; }

    public abstract bool IsNull(int field);

    internal void Place(string?[] values) => _place = values;

    public bool PlaceIsNull(int part) => _place[part] is null;

    public bool PlaceBoolean(int part) => FieldParser.Boolean(_place[part]);

    public short PlaceSmallInt(int part) => FieldParser.Invariant.SmallInt(_place[part]);

    public int PlaceInteger(int part) => FieldParser.Invariant.Integer(_place[part]);

    public long PlaceBigInt(int part) => FieldParser.Invariant.BigInt(_place[part]);

    public Numeric PlaceDecimal(int part) => FieldParser.Invariant.Decimal(_place[part]);

    public float PlaceReal(int part) => FieldParser.Invariant.Real(_place[part]);

    public double PlaceDouble(int part) => FieldParser.Invariant.Double(_place[part]);

    public ReadOnlySpan<char> PlaceText(int part) => _place[part];

    public ReadOnlySpan<char> PlaceChar(int part) => _place[part];

    public ReadOnlySpan<char> PlaceJson(int part) => _place[part];

    public DateOnly PlaceDate(int part) => FieldParser.Invariant.Date(_place[part]);

    public TimeOnly PlaceTime(int part) => FieldParser.Time(_place[part]);

    public DateTime PlaceTimestamp(int part) => FieldParser.Invariant.Timestamp(_place[part]);

    public DateTime PlaceTimestampTz(int part) => FieldParser.Invariant.Timestamp(_place[part]);

    public TimeSpan PlaceInterval(int part) => FieldParser.Interval(_place[part]);

    public Guid PlaceUuid(int part) => FieldParser.Uuid(_place[part]);

    public byte[] PlaceBytes(int part) => FieldParser.Bytes(_place[part]);
}
