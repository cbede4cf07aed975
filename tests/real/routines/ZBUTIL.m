ZBUTIL ; globals for GT.M's utilities to work on
 N I F I=1:1:30 S ^ZBA(I)="node "_I,^ZBA(I,"x",I*2.5)=$C(I+60)_"^"_I
 S ^ZBB("quote ""q""",1)="a""b",^ZBB("quote ""q""",2)=$C(1,200,10)_"end",^ZBB=-1.5,^ZBB(-1)="neg",^ZBB(.5)="half"
 F I="abc","abd","xyz" S ^ZBC(I,"text")="the quick abc fox",^ZBC(I,"more",1)="xyz abc abc"
 S ^ZBDATA="only a value",^ZBE("deep","er","est",1,2,3)=""
 Q
